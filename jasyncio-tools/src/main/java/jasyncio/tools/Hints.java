package jasyncio.tools;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What javac's errors mean in programs that await: the way out, in one line, for the mistakes that
/// people who know asyncio make first.
final class Hints {
  /// One mistake. What is null does not matter.
  ///
  /// @param message to be found in javac's message
  /// @param line to be found in the line of the program
  /// @param hint the way out
  private record Rule(@Nullable Pattern message, @Nullable Pattern line, String hint) {
    boolean matches(String text, String code) {
      return (message == null || message.matcher(text).find())
          && (line == null || line.matcher(code).find());
    }
  }

  private static final String AWAIT_IT =
      "a coroutine is not its result: write await(...) around it";

  private static final String SYNC = "import jasyncio.sync.*; locks and queues are in that package";

  private static final Set<String> OF_NET =
      Set.of(
          "createServer",
          "createConnection",
          "createUnixServer",
          "createUnixConnection",
          "createDatagramEndpoint",
          "connectReadPipe",
          "connectWritePipe",
          "connectAcceptedSocket",
          "getaddrinfo",
          "getnameinfo",
          "startTls",
          "sendfile");

  /// The first that fits is taken.
  private static final List<Rule> RULES =
      List.of(
          rule(
              "cannot be converted to Duration",
              "sleep\\(0(\\.0*)?\\)",
              "await(yieldNow()) is what asyncio.sleep(0) is for: it lets the others run"),
          rule(
              "cannot be converted to Duration",
              null,
              "a time is a Duration: seconds(0.5), millis(20)"),
          rule(
              "LoopTime",
              null,
              "loop.time() is an instant, not a number: loop.in(seconds(1)), "
                  + "loop.time().since(start),"
                  + " a.isBefore(b)"),
          rule(
              "for-each not "
                  + "applicable[\\s\\S]*(AsyncGenerator|AsyncIterator|StreamReader|Coroutine)",
              null,
              "for (var x : asyncFor(...)) iterates over what arrives by and by"),
          rule(
              null,
              "var\\s*\\(",
              "Java does not take results apart: var result = await(Asyncio.wait(tasks)), then"
                  + " result.done() and result.pending()"),
          rule(
              null,
              "[(,]\\s*(timeout|headers|params|data|json|name|limit|ssl)\\s*=[^=]",
              "Java has no keyword arguments: an options object stands for them, such as"
                  + " RequestOptions.defaults().withTimeout(...) or "
                  + "TaskOptions.defaults().withName(...)"),
          rule(
              "'void' type not allowed|void cannot be dereferenced|cannot infer type"
                  + "|incompatible types: void",
              "\\.wait\\(\\)",
              "wait() is Object's in Java: an event is awaited by "
                  + "await(event.waitSet()), a condition"
                  + " by await(condition.waitNotified())"),
          rule(
              "to long|conforms to long|Object|no suitable method found for wait",
              "(?<![.\\w])wait\\(",
              "wait(...) is Object's in Java: write Asyncio.wait(...)"),
          rule(
              "no suitable method found for wait\\(",
              "Asyncio\\.wait\\(",
              "wait takes a collection: await(Asyncio.wait(List.of(first, second)))"),
          rule(
              "Future<Object> cannot be converted",
              null,
              "say what the future will hold: Future<Boolean> done = loop.createFuture()"),
          rule(
              "unreported exception (?!InterruptedException)\\S+; must be caught",
              null,
              "a body that the library calls may throw anything, a method of your "
                  + "own says so: throws"
                  + " IOException"),
          rule(
              "exception \\S+ is never thrown in body of corresponding try",
              null,
              "await throws what it awaited failed with, but javac cannot see it: "
                  + "name the type, as in"
                  + " await(x, IOException.class)"),
          rule(
              "reference to \\w+ is ambiguous[\\s\\S]*jasyncio",
              null,
              "import the one you mean by its name, such as import jasyncio.sync.Queue; or import"
                  + " Java's packages by `import module java.base;`, which lets jasyncio's win"),
          rule(
              "no suitable method found for await\\((Lock|Semaphore|BoundedSemaphore|Condition)\\)",
              null,
              "a lock is held in a try: try (var _ = await(lock.hold())) { ... }, or "
                  + "await(lock.with(()"
                  + " -> { ... }))"),
          rule(
              "no suitable method found for await\\(Event\\)",
              null,
              "await(event.waitSet()) waits until an event is set"),
          rule("(Lock|Queue|Condition) is abstract; cannot be instantiated", null, SYNC),
          rule(
              "Coroutine<Held>",
              null,
              "hold() has to be awaited: try (var _ = await(lock.hold())) { ... }"),
          rule(
              "(dataReceived|datagramReceived|pipeDataReceived)\\(",
              null,
              "data comes as a ByteBuffer that is valid during the call: public void"
                  + " dataReceived(ByteBuffer data)"),
          rule(
              "connectionLost\\(",
              null,
              "the method is public void connectionLost(@Nullable Throwable exception), null for an"
                  + " ordinary end"),
          rule(
              "no interface expected here",
              "Protocol",
              "protocols are interfaces: write implements instead of extends, and "
                  + "public before their"
                  + " methods"),
          rule(
              "ExceptionGroup does not take parameters",
              null,
              "an exception cannot be generic in Java: catch (ExceptionGroup e), and look at"
                  + " e.exceptions()"),
          rule(
              "no suitable method found for gather\\([^)]*,\\s*boolean\\)",
              null,
              "return_exceptions=True is await(gatherReturningExceptions(tasks))"),
          rule(
              "method result\\(\\)[\\s\\S]*CompletableFuture",
              null,
              "another thread gets a CompletableFuture: its join() waits for the result"),
          rule(
              "local variables referenced from (a lambda|an inner class)",
              null,
              "a lambda cannot change a local variable: make it a field, which tasks "
                  + "share without a"
                  + " lock"),
          rule(
              "class, interface, annotation type, enum, record, method or field expected",
              "^\\s*[\\w<>]+\\s+\\w+\\s*(=[^,;(]*)?,\\s*\\w+",
              "outside a class Java takes one variable a line: int active; int peak;"),
          rule(
              "Void cannot be converted|(lower bounds|inferred):\\s+Void"
                  + "|bad return type in lambda expression\\s+missing return value",
              null,
              "what is awaited here returns nothing: let its body return a value, or "
                  + "drop the variable"),
          rule("Coroutine<[\\s\\S]*cannot be converted", null, AWAIT_IT),
          rule("bad operand types[\\s\\S]*Coroutine<", null, AWAIT_IT),
          rule("location: (variable \\w+ of type|class|interface) Coroutine\\b", null, AWAIT_IT),
          rule(
              "no suitable method found for callSoon(Threadsafe)?\\(",
              null,
              "a callback takes no arguments here: loop.callSoon(() -> f(x))"));

  private Hints() {}

  private static Rule rule(@Nullable String message, @Nullable String line, String hint) {
    return new Rule(
        message == null ? null : Pattern.compile(message),
        line == null ? null : Pattern.compile(line),
        hint);
  }

  private static final Pattern HEAD = Pattern.compile("(?m)^\\S.*?:\\d+: (error)?");

  private static final Pattern NEXT =
      Pattern.compile(HEAD + "|(?m)^\\d+ (errors?|warnings?)$|^Note: ");

  /// The line of the program stands above the mark.
  private static final Pattern LINE = Pattern.compile("(?m)^(.*)\\R *\\^$");

  /// {@return javac's messages, and a hint under each error for which there is one} Each hint is
  /// given once.
  ///
  /// @param messages as javac prints them
  static String addTo(String messages) {
    Set<String> given = new HashSet<>();
    StringBuilder text = new StringBuilder();
    Matcher block = HEAD.matcher(messages);
    Matcher next = NEXT.matcher(messages);
    int printed = 0;
    while (block.find(printed)) {
      int to = next.find(block.end()) ? next.start() : messages.length();
      text.append(messages, printed, to);
      printed = to;
      String hint = block.group(1) == null ? null : about(messages.substring(block.start(), to));
      if (hint != null && given.add(hint)) {
        text.append("  hint: ").append(hint).append(System.lineSeparator());
      }
    }
    return text.append(messages, printed, messages.length()).toString();
  }

  /// {@return the way out, or null}
  private static @Nullable String about(String message) {
    Matcher marked = LINE.matcher(message);
    String line = marked.find() ? marked.group(1) : "";
    for (Rule rule : RULES) {
      if (rule.matches(message, line)) {
        return rule.hint();
      }
    }
    return aboutSymbol(message);
  }

  private static final Pattern SYMBOL =
      Pattern.compile("symbol:\\s+(class|method|variable) (\\w+)[\\s\\S]*location: ([\\s\\S]*)");

  /// A name that javac does not know.
  private static @Nullable String aboutSymbol(String text) {
    var match = SYMBOL.matcher(text);
    if (!match.find()) {
      return null;
    }
    String name = match.group(2);
    if (match.group(3).contains("EventLoop") && OF_NET.contains(name)) {
      return "what has to do with the network is in Net: import static jasyncio.net.Net.*; then "
          + name
          + "(...) without the loop";
    }
    return switch (name) {
      case "Lock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier", "Queue" ->
          SYNC;
      case "Task", "Coroutine", "EventLoop", "Future", "TaskGroup", "TimeoutError" ->
          "import jasyncio.*; its types are in that package";
      case "CancelledError", "Timeout", "AsyncGenerator", "ContextVar", "Runner" ->
          "import jasyncio.*; its types are in that package";
      case "openConnection", "startServer", "StreamReader", "StreamWriter", "Server", "Streams" ->
          "import static jasyncio.net.Net.*; and import jasyncio.net.*;";
      case "sockets" -> "a server's sockets are known by addresses() and port()";
      default -> null;
    };
  }
}
