// The Swift door of the differential suite: reads a request a line from standard input, asks the
// public interface of the engine, and writes the document or the refusal as a line of JSON.
import Equipoise
import Foundation

/// What became of a request.
struct Answer: Encodable {
  var outcome: String
  var message: String?
  var document: AnyEncodable?
}

/// A document of any type.
struct AnyEncodable: Encodable {
  var value: any Encodable

  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// The job that a request names.
func document(_ request: Request) throws -> any Encodable {
  func fit(
    _ float: (Request, Float.Type) throws -> any Encodable,
    _ double: (Request, Double.Type) throws -> any Encodable
  ) throws -> any Encodable {
    request.double == true
      ? try double(request, Double.self) : try float(request, Float.self)
  }
  switch request.job {
  case "train": return try fit(Fits.train, Fits.train)
  case "compare": return try fit(Fits.compare, Fits.compare)
  case "frontier": return try fit(Fits.frontier, Fits.frontier)
  case "predict": return try fit(Fits.predict, Fits.predict)
  case "audit": return try Stages.audit(request)
  case "postprocess": return try Stages.postprocess(request)
  case "preprocess": return try Stages.preprocess(request)
  case "methods": return Stages.methods()
  default: throw RequestError.unknownJob(request.job)
  }
}

/// Whether a request was wrong, or its data: as the exit codes of the command line tell them apart.
func kind(of error: any Error) -> String {
  (error as? any UserError)?.blame == .usage ? "usage" : "data"
}

func answer(_ line: String) -> Answer {
  do {
    let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
    return Answer(outcome: "done", document: AnyEncodable(value: try document(request)))
  } catch let error as RequestError {
    return Answer(outcome: "broken", message: "\(error)")
  } catch let error as DecodingError {
    return Answer(outcome: "broken", message: "\(error)")
  } catch {
    return Answer(outcome: kind(of: error), message: "\(error)")
  }
}

OpenBLAS.endIdleThreads()
while let line = readLine() {
  let found = answer(line)
  let text = (try? ReportJSON.text(found)) ?? #"{"outcome":"broken","message":"no JSON"}"#
  // Line ends within texts are escaped.
  FileHandle.standardOutput.write(Data((text.replacing("\n", with: " ") + "\n").utf8))
}
