/// Ids and hashes are read and written eight digits at a time: every byte at every place.

import Testing
import WorkerProtocol

@Suite("Hexadecimal spellings")
struct HexadecimalTests {
  private let digits = Array("0123456789abcdef")

  @Test("an id is spelled with its digits, the most significant first")
  func spelling() {
    #expect("\(RequestID(0))" == "0000000000000000")
    #expect("\(RequestID(.max))" == "ffffffffffffffff")
    for place in 0..<16 {
      for digit in 0..<16 {
        let id = RequestID(UInt64(digit) << UInt64(4 * (15 - place)))
        var expected = [Character](repeating: "0", count: 16)
        expected[place] = digits[digit]
        #expect("\(id)" == String(expected))
        #expect(RequestID(String(expected)) == id)
      }
    }
  }

  @Test("anything but a lower-case digit is refused at any place")
  func everyByte() throws {
    for place in 0..<16 {
      for byte in UInt8.min ... .max {
        var spelling = Array("0123456789abcdef".utf8)
        spelling[place] = byte
        // A byte that is no text by itself is tested as it arrives.
        let message = Array(#"{"type":"unloaded","id":""#.utf8) + spelling + Array(#"","found":true}"#.utf8)
        let isDigit = (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
        if isDigit {
          let decoded = try WorkerMessage(Frame(json: message))
          #expect(decoded.requestID.map { "\($0)" } == String(decoding: spelling, as: UTF8.self))
        } else {
          #expect(throws: ProtocolViolation.self, "\(byte) at \(place)") { try WorkerMessage(Frame(json: message)) }
        }
      }
    }
  }

  @Test("another number of digits is refused")
  func lengths() {
    for count in 0..<80 {
      let spelling = String(repeating: "a", count: count)
      #expect((RequestID(spelling) != nil) == (count == 16))
      #expect((ModuleHash(spelling) != nil) == (count == 64))
    }
  }

  @Test("a digest is spelled byte by byte")
  func digests() throws {
    let digest = (0..<32).map { UInt8($0 * 37 % 256) }
    let hash = try #require(ModuleHash(digest: digest))
    #expect(hash.hexadecimal == digest.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined())
    #expect(ModuleHash(hash.hexadecimal) == hash)
    #expect(ModuleHash(digest: digest.dropLast()) == nil && ModuleHash(digest: digest + [0]) == nil)
  }
}
