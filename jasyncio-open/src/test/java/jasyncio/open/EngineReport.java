package jasyncio.open;

import jasyncio.engine.Engine;

/// A program for child JVMs: prints which engine it got and why.
final class EngineReport {
  private EngineReport() {}

  public static void main(String[] args) {
    Engine engine = Engine.selected();
    System.out.println(engine.name() + ": " + engine.reason());
  }
}
