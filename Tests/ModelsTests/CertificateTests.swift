import Models
import Testing

@Suite struct CertificateTests {
  @Test func kindsAreTheContractsWords() {
    #expect(Certificate.Kind.dualityGap.rawValue == "duality_gap")
  }
}
