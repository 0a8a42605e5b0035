package jasyncio.engine;

/// Prints what one fiber sees of the thread local and of the scoped value of another.
final class LocalsReport {
  private static final ThreadLocal<String> NAME = new ThreadLocal<>();
  private static final ScopedValue<String> BOUND = ScopedValue.newInstance();

  private LocalsReport() {}

  public static void main(String[] args) {
    Fibers.inLoop(carrier -> {
      Fiber first =
          Fibers.fiber(
              carrier,
              self -> {
                NAME.set("the first's");
                ScopedValue.where(BOUND, "the first's").run(self::suspend);
              });
      Fiber second =
          Fibers.fiber(
              carrier, _ -> System.out.println(NAME.get() + ", " + BOUND.orElse("unbound")));
      first.resume();
      second.resume();
      first.resume();
    });
  }
}
