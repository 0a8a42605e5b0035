package jasyncio.conformance;

import jasyncio.LoopConfig;
import jasyncio.spi.Chooser;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Entered by reflection, in the classes of a [MutatedLoader]: only types of the JDK pass.
public final class DefectRun {
  private DefectRun() {}

  /// Runs vectors until so many have failed.
  ///
  /// @param order which ready item runs next: `fifo`, `lifo`, `random`, or empty for no chooser
  /// @param random how many random programs follow the handwritten ones
  /// @return the names of those that failed
  public static List<String> run(String order, int random, int enough) {
    LoopConfig config =
        switch (order) {
          case "fifo" -> LoopConfig.defaults().withChooser(_ -> 0);
          case "lifo" -> LoopConfig.defaults().withChooser(ready -> ready.ofThisTurn() - 1);
          case "random" -> LoopConfig.defaults().withChooser(randomly(new Random(1)));
          default -> LoopConfig.defaults();
        };
    Stream<Supplier<List<Vector>>> sources =
        Stream.of(Vectors::handwritten, () -> Vectors.random(random));
    return sources
        .flatMap(vectors -> vectors.get().stream())
        .filter(vector -> vector.firstDifference(Interpreter.run(vector.program(), config)) >= 0)
        .map(Vector::name)
        .limit(enough)
        .toList();
  }

  private static Chooser randomly(Random random) {
    return ready -> random.nextInt(ready.ofThisTurn());
  }
}
