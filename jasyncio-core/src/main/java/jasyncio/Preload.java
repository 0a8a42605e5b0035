package jasyncio;

import java.util.List;

/// Loads and initialises classes before the program's own code runs.
final class Preload {
  /*
   * Overview
   *
   * A class whose initialiser meets the end of the stack is dead for good: whoever needs it later,
   * at whatever depth, gets a NoClassDefFoundError. A task may stand at any depth when it makes the
   * loop do something for the first time. So what has an initialiser is initialised before: OURS,
   * which a test holds to the sources, and of the JDK what it takes to park, and to load a class
   * out of a jar. A program that the launcher has started from a cache of classes may do the latter
   * for the first time where its stack ends, and the loader loses for good a jar that it could not
   * open, and its classes with it. So ours is opened, on a thread of its own: it takes a quarter of
   * the time in which a small program starts.
   *
   * FIRST_SUBCLASSES are here for JDK-8389310: an exception that is thrown into a suspended stack
   * may skip a `catch` of its superclass if that had no loaded subclass when the frame was
   * compiled. So the superclass gets one at once.
   */
  private static final List<String> OURS =
      List.of(
          "AsCompleted",
          "AssignedLoop",
          "BlockedAdvice",
          "CarriedLocals",
          "Context",
          "ContextVar",
          "Durations",
          "ExitReport",
          "GeneratorFiber",
          "GeneratorFiber$State",
          "GroupEnd",
          "Inbox",
          "Inbox$Pushed",
          "LoopConfig",
          "Offload",
          "OpenLoops",
          "ReadyQueue",
          "Repr",
          "ReturnWhen",
          "Runner",
          "RunningKernel",
          "Shield",
          "ShutdownWatch",
          "Signal",
          "Snapshot$Reading",
          "Snapshot$State",
          "StackFrames",
          "Task",
          "TaskGroup",
          "TaskOptions",
          "TaskSnapshot$State",
          "ThreadsafeHandle",
          "Timeout",
          "Timeout$State",
          "TimerHeap",
          "Watchdog",
          "sync.Barrier$State",
          "sync.Items$Ring",
          "sync.LoopBound");

  /// Left out: it looks for a logger, which takes longer than all else at a start. A group is made
  /// by the code that starts a program, and not at the end of a stack.
  static final String TOO_SLOW = "LoopGroup";

  private static final List<String> OF_THE_JDK =
      List.of(
          "java.lang.ClassNotFoundException",
          "java.lang.NoClassDefFoundError",
          "java.util.Locale",
          "java.util.concurrent.locks.LockSupport",
          "java.util.jar.Attributes$Name",
          "java.util.jar.JarFile",
          "java.util.zip.CRC32",
          "java.util.zip.Inflater",
          "java.util.zip.ZipUtils",
          "jdk.internal.loader.URLClassPath$JarLoader",
          "sun.security.util.Debug",
          "sun.security.util.SignatureFileVerifier");

  private static final List<String> FIRST_SUBCLASSES = List.of("sync.BrokenBarrierError");

  private static boolean done;

  private Preload() {}

  /// Does it once. Called where a loop is made.
  static void run() {
    if (done) {
      return;
    }
    done = true; // a second thread may come in the middle: it finds most of it done
    for (String name : OURS) { // plain loops: a lambda or a `+` takes longer than all of them
      initialise("jasyncio.".concat(name));
    }
    for (String name : FIRST_SUBCLASSES) {
      initialise("jasyncio.".concat(name));
    }
    for (String name : OF_THE_JDK) {
      initialise(name);
    }
    openOurJar();
  }

  private static void openOurJar() {
    try {
      new JarOpener().start();
    } catch (OutOfMemoryError e) {
      // no thread to be had: this is a precaution only, and who needs a thread will say so
    }
  }

  private static final class JarOpener extends Thread {
    JarOpener() {
      super(null, null, "jasyncio-preload", 0, /* inheritInheritableThreadLocals= */ false);
      setDaemon(true);
    }

    @Override
    public void run() {
      if (Preload.class.getResource("Preload.class") == null) {
        return; // a loader of another kind, which opens no jar
      }
    }
  }

  private static void initialise(String name) {
    try {
      Class.forName(name, true, Preload.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      // a class of another JDK's insides; or it says so to whoever needs it
    }
  }

  /// {@return what is initialised of this module, for the test that holds it to the sources}
  static List<String> ours() {
    return OURS;
  }

  /// {@return what is initialised of the JDK}
  static List<String> ofTheJdk() {
    return OF_THE_JDK;
  }
}
