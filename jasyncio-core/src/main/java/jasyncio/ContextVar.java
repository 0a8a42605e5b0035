package jasyncio;

import org.jspecify.annotations.Nullable;

/// A variable whose value belongs to the running task: what a task sets is seen by it, and by the
/// tasks and callbacks it creates afterwards, and by nobody else.
///
/// Make one per purpose, as a constant. Reading and setting works on any thread; code outside a
/// loop sees its thread's own context.
///
/// Counterpart: `contextvars.ContextVar`.
///
/// @param <T> the type of its values
public final class ContextVar<T extends @Nullable Object> {
  /// Stands for "no value": null is a value.
  private static final Object UNSET = new Object();

  private final String name;
  private final @Nullable Object defaultValue;

  private ContextVar(String name, @Nullable Object defaultValue) {
    this.name = name;
    this.defaultValue = defaultValue;
  }

  /// {@return a variable without a default: reading it before it is set fails}
  ///
  /// @param <T> the type of its values
  /// @param name for messages only
  public static <T extends @Nullable Object> ContextVar<T> of(String name) {
    return new ContextVar<>(name, UNSET);
  }

  /// {@return a variable that reads as `defaultValue` where it has not been set}
  ///
  /// @param <T> the type of its values
  /// @param name for messages only
  /// @param defaultValue its value where none is set
  public static <T extends @Nullable Object> ContextVar<T> withDefault(
      String name, T defaultValue) {
    return new ContextVar<>(name, defaultValue);
  }

  /// {@return the name it was made with}
  public String name() {
    return name;
  }

  /// {@return the value in the current context, or the default}
  ///
  /// @throws java.util.NoSuchElementException if there is neither (CPython: `LookupError`)
  @SuppressWarnings({"unchecked", "NullAway"}) // a value is null only if T allows it
  public T get() {
    Object value = ((ContextVar<@Nullable Object>) this).getOr(defaultValue);
    if (value == UNSET) {
      throw new java.util.NoSuchElementException(
          this + " has no value in this context and no default");
    }
    return (T) value;
  }

  /// {@return the value in the current context, or `fallback` where it is not set; the variable's
  /// own default does not count}
  ///
  /// @param fallback what to return if it has none here
  public T getOr(T fallback) {
    return Context.valueOr(Context.currentEntries(), this, fallback);
  }

  /// Sets the value in the current context.
  ///
  /// @param value its value from now on
  /// @return a token that [#reset(Token)] takes to bring the old value back
  @SuppressWarnings("unchecked")
  public Token<T> set(T value) {
    Context context = Context.current();
    Object old = ((ContextVar<@Nullable Object>) this).getOr(UNSET);
    context.set(this, value);
    return new Token<>(this, context, old);
  }

  /// Brings back the value from before the `set` that returned `token`.
  ///
  /// @param token what [#set] has returned
  /// @throws IllegalStateException if the token has been used (CPython: `RuntimeError`)
  /// @throws IllegalArgumentException if it belongs to another variable or context (CPython:
  ///   `ValueError`)
  public void reset(Token<T> token) {
    if (token.used) {
      throw new IllegalStateException(token + " has already been used once");
    }
    if (token.variable != this) {
      throw new IllegalArgumentException(token + " was created by a different ContextVar");
    }
    Context context = Context.current();
    if (token.context != context) {
      throw new IllegalArgumentException(token + " was created in a different Context");
    }
    token.used = true;
    if (token.old == UNSET) {
      context.remove(this);
    } else {
      context.set(this, token.old);
    }
  }

  @Override
  public String toString() {
    return "<ContextVar name='" + name + "'>";
  }

  /// What a variable was before it was set. Counterpart: `contextvars.Token`.
  ///
  /// @param <T> the type of the variable's values
  public static final class Token<T extends @Nullable Object> {
    private final ContextVar<T> variable;
    private final Context context;
    private final @Nullable Object old;
    private boolean used;

    private Token(ContextVar<T> variable, Context context, @Nullable Object old) {
      this.variable = variable;
      this.context = context;
      this.old = old;
    }

    @Override
    public String toString() {
      return "<Token var=" + variable + (used ? " used" : "") + ">";
    }
  }
}
