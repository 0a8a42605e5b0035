package jasyncio.net.testing;

import jasyncio.Explore;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The disk of a [SimulatedHost]: files in memory, of which a crash leaves what was flushed. What
/// was written after that is lost; while a test explores schedules, any part of its beginning may
/// have been kept. Used on the loop; nothing here suspends.
public final class SimulatedDisk {
  private static final class File {
    byte[] content = {};
    int flushed;
  }

  /// How many ways there are to have kept a part of a file.
  private static final int REMNANTS = 3;

  private final String host;
  private final TreeMap<String, File> files = new TreeMap<>();
  private boolean off;

  SimulatedDisk(String host) {
    this.host = host;
  }

  /// Appends to a file, which is made if it is not there.
  ///
  /// @param name the name of the file
  /// @param data what to append
  public void append(String name, byte[] data) {
    if (off) {
      return;
    }
    File file = files.computeIfAbsent(name, _ -> new File());
    int before = file.content.length;
    file.content = Arrays.copyOf(file.content, before + data.length);
    System.arraycopy(data, 0, file.content, before, data.length);
  }

  /// Makes sure that all that was appended to a file outlives a crash.
  ///
  /// @param name the name of the file
  public void flush(String name) {
    File file = files.get(name);
    if (file != null && !off) {
      file.flushed = file.content.length;
    }
  }

  /// {@return the content of a file as a program sees it; null if it is not there}
  ///
  /// @param name the name of the file
  public byte @Nullable [] read(String name) {
    File file = files.get(name);
    return file == null ? null : file.content.clone();
  }

  /// Removes a file, for good.
  ///
  /// @param name the name of the file
  public void delete(String name) {
    if (!off) {
      files.remove(name);
    }
  }

  /// {@return the names of the files, in alphabetical order}
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  void start() {
    off = false;
  }

  void crash() {
    off = true;
    files.forEach((name, file) -> {
      int unsafe = file.content.length - file.flushed;
      if (unsafe > 0) {
        int kept = Explore.choice(host + " keeps of " + name, REMNANTS);
        file.content = Arrays.copyOf(file.content, file.flushed + unsafe * kept / (REMNANTS - 1));
        file.flushed = file.content.length;
      }
    });
    files.values().removeIf(file -> file.content.length == 0);
  }
}
