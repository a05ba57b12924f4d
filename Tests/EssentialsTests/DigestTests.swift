import CKernels
import Essentials
import Testing

/// Messages and digests of NIST's validation program (SHA256ShortMsg), in hexadecimal digits.
private let validated: [(message: String, digest: String)] = [
  ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
  ("d3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
  ("11af", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"),
  ("b4190e", "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2"),
  ("74ba2521", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"),
  ("5738c929c4f4ccb6", "963bb88f27f512777aab6c8b1a02c70ec0ad651d428f870036e1917120fb48bf"),
  (
    "9baf69cba317f422fe26a9a0",
    "fe56287cd657e4afc50dba7a3a54c2a6324b886becdcd1fae473b769e551a09b"
  ),
  (
    "0a27847cdc98bd6f62220b046edd762b",
    "80c25ec1600587e7f28b18b1b18e3cdc89928e39cab3bc25e4d4a4c139bcedc4"
  ),
  (
    "09fc1accc230a205e4a208e64a8f204291f581a12756392da4b8c0cf5ef02b95",
    "4f44c1c7fbebb6f9601829f3897bfd650c56fa07844be76489076356ac1886a4"
  ),
  (
    "0546f7b8682b5b95fd32385faf25854cb3f7b40cc8fa229fbd52b16934aab388a7",
    "b31ad3cd02b10db282b3576c059b746fb24ca6f09fef69402dc90ece7421cbb7"
  ),
  (
    "2d52447d1244d2ebc28650e7b05654bad35b3a68eedc7f8515306b496d75f3e73385dd1b002625024b81a02f2fd6"
      + "dffb6e6d561cb7d0bd7a",
    "cfb88d6faf2de3a69d36195acec2e255e2af2b7d933997f348e09f6ce5758360"
  ),
  (
    "e2f76e97606a872e317439f1a03fcd92e632e5bd4e7cbc4e97f1afc19a16fde92d77cbe546416b51640cddb92af9"
      + "96534dfd81edb17c4424cf1ac4d75aceeb",
    "18041bd4665083001fba8c5411d2d748e8abbfdcdfd9218cb02b68a78e7d4c23"
  ),
  (
    "5a86b737eaea8ee976a0a24da63e7ed7eefad18a101c1211e2b3650c5187c2a8a650547208251f6d4237e661c7bf"
      + "4c77f335390394c37fa1a9f9be836ac28509",
    "42e61e174fbb3897d6dd6cef3dd2802fe67b331953b06114a65c772859dfc1aa"
  ),
]

private func bytes(hexadecimal text: String) -> [UInt8] {
  let digits = text.map { UInt8($0.hexDigitValue!) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Bytes that look like noise, always the same.
private func noise(_ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: UInt64($0 + 1) &* 0x9E37_79B9_7F4A_7C15 >> 40) }
}

@Suite struct DigestTests {
  @Test func validatedMessages() {
    for (message, digest) in validated {
      #expect(Digest.sha256(of: bytes(hexadecimal: message)) == digest)
    }
  }

  /// The examples of FIPS 180-2, appendix B.
  @Test func examplesOfTheStandard() {
    #expect(
      Digest.sha256(of: "abc".utf8)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest.sha256(of: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      Digest.sha256(of: repeatElement(UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// NIST's pseudo-random messages (SHA256Monte): 1000 digests of the three before, a hundred times.
  @Test func digestsOfDigests() {
    var seed = bytes(
      hexadecimal: "6d1e72ad03ddeb5de891e572e2396f8da015d899ef0e79503152d6010a3fe691")
    var seeds: [[UInt8]] = []
    for _ in 0..<100 {
      var last = [seed, seed, seed]
      for _ in 0..<1000 {
        last.append(bytes(hexadecimal: Digest.sha256(of: last[0] + last[1] + last[2])))
        last.removeFirst()
      }
      seed = last[2]
      seeds.append(seed)
    }
    for (count, digest) in [
      (0, "e93c330ae5447738c8aa85d71a6c80f2a58381d05872d26bdd39f1fcd4f2b788"),
      (1, "2e78f8c8772ea7c9331d41ed3f9cdf27d8f514a99342ee766ee3b8b0d0b121c0"),
      (99, "6a912ba4188391a78e6f13d88ed2d14e13afce9db6f7dcbf4a48c24f3db02778"),
    ] {
      #expect(seeds[count] == bytes(hexadecimal: digest))
    }
  }

  @Test func piecesMakeTheWhole() {
    for count in [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000] {
      let message = noise(count), whole = Digest.sha256(of: message)
      for split in 0...count {
        var digest = Digest()
        digest.update(message[..<split])
        #expect(digest.hexadecimal == Digest.sha256(of: message[..<split]))
        digest.update(message[split...])
        #expect(digest.hexadecimal == whole, "\(count) bytes in two pieces at \(split)")
      }
      var digest = Digest()
      for byte in message { digest.update(CollectionOfOne(byte)) }
      #expect(digest.hexadecimal == whole)
    }
  }

  @Test func sequencesInPiecesOfMemory() {
    let message = noise(1000)
    #expect(Digest.sha256(of: message.lazy.map { $0 }) == Digest.sha256(of: message))
  }

  @Test func instructionsAndReferenceAgree() {
    for blocks in [0, 1, 2, 3, 7, 8, 31, 33, 1000] {
      // One byte further than the array's start: blocks may lie anywhere.
      let message = noise(64 * blocks + 1)
      var fast: [UInt32] = (0..<8).map { 0x0123_4567 &* $0 &+ 0xDEAD_BEEF }, plain = fast
      message.withUnsafeBytes {
        eqp_sha256_blocks(&fast, $0.baseAddress! + 1, blocks)
        eqp_sha256_blocks_reference(&plain, $0.baseAddress! + 1, blocks)
      }
      #expect(fast == plain, "\(blocks) blocks")
    }
  }
}
