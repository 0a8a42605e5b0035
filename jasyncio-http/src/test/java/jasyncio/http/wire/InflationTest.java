package jasyncio.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InflationTest {
  private static final byte[] TEXT =
      "The quick brown fox. ".repeat(5000).getBytes(StandardCharsets.US_ASCII);

  static byte[] gzip(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(data);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  static byte[] deflate(byte[] data, boolean bare) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate =
        new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, bare))) {
      deflate.write(data);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] inflate(String encoding, byte[] data, int pieceSize)
      throws DataFormatException {
    Inflation inflation = Inflation.of(encoding);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[100];
    try {
      for (int at = 0; at < data.length; at += pieceSize) {
        inflation.setInput(Arrays.copyOfRange(data, at, Math.min(data.length, at + pieceSize)));
        for (int n = inflation.inflate(buffer); n > 0; n = inflation.inflate(buffer)) {
          out.write(buffer, 0, n);
        }
      }
      inflation.finish();
      return out.toByteArray();
    } finally {
      inflation.close();
      inflation.close();
    }
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 1_000_000})
  void everythingComesOutHoweverItIsCut(int pieceSize) throws Exception {
    assertThat(inflate("gzip", gzip(TEXT), pieceSize)).isEqualTo(TEXT);
    assertThat(inflate("X-GZip ", gzip(TEXT), pieceSize)).isEqualTo(TEXT);
    assertThat(inflate("deflate", deflate(TEXT, false), pieceSize)).isEqualTo(TEXT);
    assertThat(inflate("deflate", deflate(TEXT, true), pieceSize)).isEqualTo(TEXT);
    assertThat(inflate("gzip", gzip(new byte[0]), pieceSize)).isEmpty();
    assertThat(inflate("deflate", deflate(new byte[0], true), pieceSize)).isEmpty();
    assertThat(inflate("deflate", deflate(new byte[0], false), pieceSize)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 1_000_000})
  void membersOfGzipFollowEachOther(int pieceSize) throws Exception {
    byte[] two = concat(gzip("one ".getBytes()), gzip(new byte[0]), gzip("two".getBytes()));

    assertThat(inflate("gzip", two, pieceSize)).asString().isEqualTo("one two");
    assertThat(inflate("gzip", concat(two, new byte[20]), pieceSize))
        .asString()
        .isEqualTo("one two");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000_000})
  void allFieldsOfAGzipHeaderAreSkipped(int pieceSize) throws Exception {
    byte[] plain = gzip(TEXT);
    byte[] start = Arrays.copyOf(plain, 10);
    start[3] = 4 | 8 | 16 | 2;
    byte[] fields = {3, 0, 'x', 0, 'y', 'n', 'a', 'm', 'e', 0, 'c', 0, 1, 2};
    byte[] rest = Arrays.copyOfRange(plain, 10, plain.length);

    assertThat(inflate("gzip", concat(start, fields, rest), pieceSize)).isEqualTo(TEXT);
  }

  @Test
  void everyTruncationIsNoticed() {
    for (byte[] whole : new byte[][] {gzip(TEXT), deflate(TEXT, false), deflate(TEXT, true)}) {
      String encoding = whole[0] == 0x1f ? "gzip" : "deflate";
      for (int length = 1; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> inflate(encoding, part, 1000))
            .as("%s cut to %d of %d", encoding, length, whole.length)
            .isInstanceOf(DataFormatException.class);
      }
    }
  }

  @Test
  void aBodyWithoutAByteIsComplete() throws Exception {
    assertThat(inflate("gzip", new byte[0], 1)).isEmpty();
    assertThat(inflate("deflate", new byte[0], 1)).isEmpty();
  }

  @Test
  void wrongChecksumsAndLengthsAreNoticed() {
    for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
      byte[] broken = gzip(TEXT);
      broken[broken.length - fromEnd] ^= 1;
      assertThatThrownBy(() -> inflate("gzip", broken, 1000))
          .isInstanceOf(DataFormatException.class)
          .hasMessageContaining("checksum or length");
    }
  }

  @Test
  void garbageEndsInAnErrorOrInBytesButNeverHangs() {
    Random random = new Random(42);
    for (int round = 0; round < 2000; round++) {
      byte[] data = new byte[random.nextInt(200)];
      random.nextBytes(data);
      if (random.nextBoolean() && data.length > 3) {
        data[0] = 0x1f;
        data[1] = (byte) 0x8b;
        data[2] = 8;
      }
      for (String encoding : new String[] {"gzip", "deflate"}) {
        try {
          assertThat(inflate(encoding, data, 1 + random.nextInt(50))).isNotNull();
        } catch (DataFormatException e) {
          assertThat(e).hasMessage(e.getMessage());
        }
      }
    }
  }

  @Test
  void aHeaderThatNeverEndsIsRefused() {
    byte[] endless = new byte[10_000];
    Arrays.fill(endless, (byte) 'x');
    byte[] start = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};

    assertThatThrownBy(() -> inflate("gzip", concat(start, endless), 1000))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("header");
  }

  @Test
  void aBombComesOutNoFasterThanItIsTaken() throws Exception {
    Inflation inflation = Inflation.of("gzip");
    inflation.setInput(gzip(new byte[50_000_000]));
    byte[] buffer = new byte[1000];

    assertThat(inflation.inflate(buffer)).isEqualTo(1000);
    assertThat(inflation.inflate(buffer)).isEqualTo(1000);
    inflation.close();
  }

  @Test
  void aDictionaryIsRefused() {
    Deflater deflater = new Deflater();
    deflater.setDictionary("fox".getBytes());
    deflater.setInput(TEXT);
    deflater.finish();
    byte[] out = new byte[1000];
    deflater.deflate(out);
    deflater.end();

    assertThatThrownBy(() -> inflate("deflate", out, 1000))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("dictionary");
  }

  @Test
  void otherEncodingsAreNotKnown() {
    assertThat(Inflation.of("br")).isNull();
    assertThat(Inflation.of("identity")).isNull();
    assertThat(Inflation.of("gzip, gzip")).isNull();
  }
}
