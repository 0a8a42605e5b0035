package jasyncio.http.wire;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Decompresses a body, as much at a time as is asked for.
final class Inflation {
  /*
   * Overview
   *
   *   HEADER --> DATA --> TRAILER --> HEADER (gzip: another member) or DONE
   *
   * The JDK's Inflater does the work; here is what it leaves out, the frame of gzip (RFC 1952), and
   * the choice between the two things that servers call deflate: zlib (RFC 1950), which is right,
   * and bare deflate.
   *
   * Netty's decoders were tried: they push. One read of a few kilobytes comes out as megabytes,
   * whether somebody wants them or not. This one is asked for a bufferful at a time, so a
   * compression bomb costs nobody memory who does not collect it.
   */
  private enum State {
    HEADER,
    DATA,
    TRAILER,
    DONE
  }

  /// File names and comments in a gzip header end at a zero byte that may never come.
  private static final int MAX_HEADER = 8190;

  private static final int TRAILER_LENGTH = 8;
  private static final byte[] NONE = {};

  private final boolean gzip;
  private final ByteArrayOutputStream frame = new ByteArrayOutputStream(32);
  private final CRC32 crc = new CRC32();
  private Inflater inflater = new Inflater(true);
  private State state = State.HEADER;
  private boolean started;
  private boolean laterMember;
  private byte[] input = NONE;
  private int at;

  private Inflation(boolean gzip) {
    this.gzip = gzip;
  }

  /// For a `Content-Encoding`; null if it is not known here.
  static @Nullable Inflation of(String encoding) {
    return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> new Inflation(true);
      case "deflate" -> new Inflation(false);
      default -> null;
    };
  }

  /// Gives it more to decompress; only after [#inflate(byte[])] has returned 0.
  void setInput(byte[] more) {
    assert at == input.length;
    input = more;
    at = 0;
    started |= more.length > 0;
  }

  /// Fills `out` as far as it can.
  ///
  /// @return how many bytes; 0 if it needs more input, or has come to the end
  /// @throws DataFormatException if the input is broken
  int inflate(byte[] out) throws DataFormatException {
    while (true) {
      switch (state) {
        case HEADER -> {
          if (!readHeader()) {
            return 0;
          }
        }
        case DATA -> {
          if (inflater.needsInput() && at < input.length) {
            inflater.setInput(input, at, input.length - at);
            at = input.length;
          }
          int n = inflater.inflate(out);
          if (n > 0) {
            crc.update(out, 0, n);
            return n;
          }
          if (inflater.needsDictionary()) {
            throw new DataFormatException("it needs a dictionary");
          }
          if (inflater.finished()) {
            at = input.length - inflater.getRemaining();
            state = gzip ? State.TRAILER : State.DONE;
          } else if (at == input.length) {
            return 0;
          }
        }
        case TRAILER -> {
          if (!readTrailer()) {
            return 0;
          }
        }
        case DONE -> {
          at = input.length; // what follows is not ours
          return 0;
        }
      }
    }
  }

  /// Checks that the end of the input is the end of the data. A body without a byte is complete.
  ///
  /// @throws DataFormatException if something is missing
  void finish() throws DataFormatException {
    boolean betweenMembers = state == State.HEADER && laterMember && frame.size() < 2;
    if (started && state != State.DONE && !betweenMembers) {
      throw new DataFormatException("it ends in the middle");
    }
  }

  /// Frees the memory outside the heap. Does nothing the second time.
  void close() {
    inflater.end();
  }

  private boolean readHeader() throws DataFormatException {
    while (at < input.length) {
      frame.write(input[at++]);
      byte[] header = frame.toByteArray();
      if (gzip && laterMember && !hasMagic(header)) {
        state = State.DONE; // padding after the last member
        return true;
      }
      if (gzip ? isWholeGzipHeader(header) : header.length == 2) {
        frame.reset();
        begin(header);
        return true;
      }
      if (header.length > MAX_HEADER) {
        throw new DataFormatException("its header is longer than " + MAX_HEADER + " bytes");
      }
    }
    return false;
  }

  private void begin(byte[] header) {
    state = State.DATA;
    if (gzip) {
      inflater.reset();
      crc.reset();
      return;
    }
    boolean zlib =
        (header[0] & 15) == 8 && (((header[0] & 255) << 8) | (header[1] & 255)) % 31 == 0;
    if (zlib) {
      inflater.end();
      inflater = new Inflater(false);
    }
    inflater.setInput(header);
  }

  private static boolean hasMagic(byte[] header) {
    return header[0] == 0x1f && (header.length < 2 || header[1] == (byte) 0x8b);
  }

  private static boolean isWholeGzipHeader(byte[] header) throws DataFormatException {
    if (!hasMagic(header)) {
      throw new DataFormatException("it is not in gzip format");
    }
    if (header.length < 10) {
      return false;
    }
    int flags = header[3];
    if (header[2] != 8 || (flags & 0xe0) != 0) {
      throw new DataFormatException("its gzip header is not known");
    }
    int end = 10;
    if ((flags & 4) != 0) { // extra field
      if (header.length < end + 2) {
        return false;
      }
      end += 2 + ((header[end] & 255) | ((header[end + 1] & 255) << 8));
    }
    for (int flag = 8; flag <= 16; flag *= 2) { // name, comment
      if ((flags & flag) != 0) {
        end = Math.min(end, header.length);
        while (end < header.length && header[end] != 0) {
          end++;
        }
        end++;
      }
    }
    end += (flags & 2) != 0 ? 2 : 0; // checksum of the header
    return header.length >= end;
  }

  private boolean readTrailer() throws DataFormatException {
    while (at < input.length && frame.size() < TRAILER_LENGTH) {
      frame.write(input[at++]);
    }
    if (frame.size() < TRAILER_LENGTH) {
      return false;
    }
    byte[] trailer = frame.toByteArray();
    frame.reset();
    if (littleEndian(trailer, 0) != (int) crc.getValue()
        || littleEndian(trailer, 4) != (int) inflater.getBytesWritten()) {
      throw new DataFormatException("its checksum or length is wrong");
    }
    state = State.HEADER;
    laterMember = true;
    return true;
  }

  private static int littleEndian(byte[] bytes, int at) {
    return (bytes[at] & 255)
        | ((bytes[at + 1] & 255) << 8)
        | ((bytes[at + 2] & 255) << 16)
        | ((bytes[at + 3] & 255) << 24);
  }
}
