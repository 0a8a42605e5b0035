package jasyncio.conformance;

import jasyncio.Faults;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.util.Arrays;

/// A change to the code of one class of the library, made while it is loaded: so defects can be
/// planted without a switch for them in the product.
final class Mutation {
  private static final ClassDesc FAULTS = ClassDesc.of(Faults.class.getName());

  private final String className;
  private final String method;
  private final String what;
  private final Change change;

  /// How many places were changed.
  private int places;

  private interface Change {
    ClassTransform transform(Mutation mutation);
  }

  private Mutation(String className, String method, String what, Change change) {
    this.className = className;
    this.method = method;
    this.what = what;
    this.change = change;
  }

  // ---- the kinds of mutation ----

  /// In `method`, calls of `callee` become calls of the method of that name in [Faults], which gets
  /// the receiver as its first argument.
  ///
  /// @param method a name; with a star at the end, all that begin with it, such as the lambdas of a
  ///   method
  static Mutation redirect(String className, String method, String callee, String fault) {
    Method target = fault(fault);
    String descriptor =
        MethodTypeDesc.of(
                desc(target.getReturnType()),
                Arrays.stream(target.getParameterTypes()).map(Mutation::desc).toList())
            .descriptorString();
    return ofCode(
        className,
        method,
        callee,
        (mutation, builder, element) -> {
          if (element instanceof InvokeInstruction call && isCall(call, callee)) {
            mutation.places++;
            builder.invokestatic(FAULTS, fault, MethodTypeDesc.ofDescriptor(descriptor));
          } else {
            builder.with(element);
          }
        });
  }

  /// In `method`, calls of `callee` do nothing, and give null, zero or false.
  static Mutation drop(String className, String method, String callee) {
    return ofCode(
        className,
        method,
        callee,
        (mutation, builder, element) -> {
          if (element instanceof InvokeInstruction call && isCall(call, callee)) {
            mutation.places++;
            MethodTypeDesc type = call.typeSymbol();
            for (int i = type.parameterCount() - 1; i >= 0; i--) {
              pop(builder, TypeKind.from(type.parameterType(i)));
            }
            if (call.opcode() != Opcode.INVOKESTATIC) {
              builder.pop();
            }
            pushDefault(builder, TypeKind.from(type.returnType()));
          } else {
            builder.with(element);
          }
        });
  }

  /// In `method`, nothing is written to `field`.
  static Mutation dropWrites(String className, String method, String field) {
    return ofCode(
        className,
        method,
        field,
        (mutation, builder, element) -> {
          if (element instanceof FieldInstruction access
              && access.opcode() == Opcode.PUTFIELD
              && access.name().equalsString(field)) {
            mutation.places++;
            pop(builder, TypeKind.from(access.typeSymbol()));
            builder.pop();
          } else {
            builder.with(element);
          }
        });
  }

  /// In `method`, the boolean `field` always reads as `value`.
  static Mutation readsAs(String className, String method, String field, boolean value) {
    return ofCode(
        className,
        method,
        field,
        (mutation, builder, element) -> {
          if (element instanceof FieldInstruction access
              && access.opcode() == Opcode.GETFIELD
              && access.name().equalsString(field)) {
            mutation.places++;
            builder.pop().loadConstant(value ? 1 : 0);
          } else {
            builder.with(element);
          }
        });
  }

  /// `method` does nothing but return `value`, or nothing if it has no result.
  static Mutation returns(String className, String method, boolean value) {
    return new Mutation(
        className,
        method,
        "body",
        mutation ->
            (builder, element) -> {
              if (element instanceof MethodModel model && mutation.matches(model)) {
                mutation.places++;
                TypeKind kind = TypeKind.from(model.methodTypeSymbol().returnType());
                builder.withMethod(
                    model.methodName().stringValue(),
                    model.methodTypeSymbol(),
                    model.flags().flagsMask(),
                    changed ->
                        changed.withCode(code -> {
                          if (kind != TypeKind.VOID) {
                            code.loadConstant(value ? 1 : 0);
                          }
                          code.return_(kind);
                        }));
              } else {
                builder.with(element);
              }
            });
  }

  /// Before `method` does anything, the method `fault` of [Faults] is asked with the same
  /// arguments; if it says true, `method` returns `value` at once.
  static Mutation guard(String className, String method, String fault, boolean value) {
    return new Mutation(
        className,
        method,
        "start",
        mutation ->
            (builder, element) -> {
              if (element instanceof MethodModel model && mutation.matches(model)) {
                mutation.places++;
                builder.transformMethod(
                    model,
                    (methodBuilder, part) -> {
                      if (part instanceof java.lang.classfile.CodeModel code) {
                        methodBuilder.transformCode(code, prologue(model, fault, value));
                      } else {
                        methodBuilder.with(part);
                      }
                    });
              } else {
                builder.with(element);
              }
            });
  }

  private static CodeTransform prologue(MethodModel model, String fault, boolean value) {
    return new CodeTransform() {
      @Override
      public void atStart(CodeBuilder code) {
        MethodTypeDesc type = model.methodTypeSymbol();
        boolean isStatic = model.flags().has(AccessFlag.STATIC);
        if (!isStatic) {
          code.aload(0);
        }
        for (int i = 0; i < type.parameterCount(); i++) {
          code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
        }
        Method target = fault(fault);
        code.invokestatic(
            FAULTS,
            fault,
            MethodTypeDesc.of(
                desc(target.getReturnType()),
                Arrays.stream(target.getParameterTypes()).map(Mutation::desc).toList()));
        TypeKind kind = TypeKind.from(type.returnType());
        code.ifThen(taken -> {
          if (kind != TypeKind.VOID) {
            taken.loadConstant(value ? 1 : 0);
          }
          taken.return_(kind);
        });
      }

      @Override
      public void accept(CodeBuilder code, CodeElement element) {
        code.with(element);
      }
    };
  }

  private interface CodeChange {
    void accept(Mutation mutation, CodeBuilder builder, CodeElement element);
  }

  private static Mutation ofCode(String className, String method, String what, CodeChange change) {
    return new Mutation(
        className,
        method,
        what,
        mutation ->
            ClassTransform.transformingMethodBodies(
                mutation::matches,
                (builder, element) -> change.accept(mutation, builder, element)));
  }

  /// Whether it calls `callee`: a name, or a name with the simple names of the parameter types.
  private static boolean isCall(InvokeInstruction call, String callee) {
    String name = call.name().stringValue();
    if (!callee.contains("(")) {
      return name.equals(callee);
    }
    String parameters =
        call.typeSymbol().parameterList().stream()
            .map(ClassDesc::displayName)
            .collect(java.util.stream.Collectors.joining(", "));
    return callee.equals(name + "(" + parameters + ")");
  }

  // ---- applying it ----

  String className() {
    return className;
  }

  /// The changed class file.
  ///
  /// @throws IllegalStateException if there is no such place in it any more
  byte[] apply(byte[] original, ClassLoader loader) {
    places = 0;
    ClassFile classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(loader)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    byte[] changed = classFile.transformClass(classFile.parse(original), change.transform(this));
    if (places == 0) {
      throw new IllegalStateException(
          this + " does not fit the code any more: find the place where it happens now");
    }
    return changed;
  }

  private boolean matches(MethodModel model) {
    String name = model.methodName().stringValue();
    return model.code().isPresent()
        && (method.endsWith("*")
            ? name.startsWith(method.substring(0, method.length() - 1))
            : name.equals(method));
  }

  private static void pop(CodeBuilder builder, TypeKind kind) {
    if (kind.slotSize() == 2) {
      builder.pop2();
    } else {
      builder.pop();
    }
  }

  private static void pushDefault(CodeBuilder builder, TypeKind kind) {
    switch (kind) {
      case VOID -> {}
      case REFERENCE -> builder.aconst_null();
      case LONG -> builder.lconst_0();
      case FLOAT -> builder.fconst_0();
      case DOUBLE -> builder.dconst_0();
      default -> builder.iconst_0();
    }
  }

  private static Method fault(String name) {
    return Arrays.stream(Faults.class.getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no fault " + name));
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  @Override
  public String toString() {
    return className + "." + method + " (" + what + ")";
  }
}
