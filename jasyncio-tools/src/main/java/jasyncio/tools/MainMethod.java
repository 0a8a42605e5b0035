package jasyncio.tools;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/// Finds the main method of a program by the rules of the Java language: static or not, with
/// arguments or without, inherited or not.
final class MainMethod {
  private MainMethod() {}

  /// {@return the main method of `type`, or null if there is none}
  static @Nullable Method of(Class<?> type) {
    Method withArguments = find(type, String[].class);
    return withArguments == null ? find(type) : withArguments;
  }

  private static @Nullable Method find(Class<?> type, Class<?>... parameters) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      try {
        Method main = each.getDeclaredMethod("main", parameters);
        if (!Modifier.isPrivate(main.getModifiers()) && main.getReturnType() == void.class) {
          return main;
        }
      } catch (NoSuchMethodException _) {
        // perhaps it is inherited
      }
    }
    return null;
  }

  /// Whether an instance can be made to call `main` on, should it need one.
  static boolean canBeCalled(Class<?> type, Method main) {
    if (Modifier.isStatic(main.getModifiers())) {
      return true;
    }
    if (Modifier.isAbstract(type.getModifiers())) {
      return false;
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      return !Modifier.isPrivate(constructor.getModifiers());
    } catch (NoSuchMethodException _) {
      return false;
    }
  }
}
