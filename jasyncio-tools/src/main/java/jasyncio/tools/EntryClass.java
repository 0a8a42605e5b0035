package jasyncio.tools;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.Consumer;

/// The class through which a program is started: it calls the main method as Java code would.
final class EntryClass {
  /*
   * Overview
   *
   *   final class jasyncio$Entry implements Consumer<Object> {
   *     static {
   *       ((Consumer) jasyncio$Entry.class.getClassLoader()).accept(new jasyncio$Entry());
   *     }
   *
   *     public void accept(Object arguments) {
   *       new Program().main((String[]) arguments);
   *     }
   *   }
   *
   * Written when the program is compiled. Calling the method by reflection would need no class, but
   * the JDK makes three when it is first used, and that is a twentieth of the time a program takes
   * to start. For the same reason the class hands itself over when it is initialised.
   */
  private static final String NAME = "jasyncio$Entry";
  private static final ClassDesc CONSUMER = ClassDesc.of(Consumer.class.getName());
  private static final ClassDesc LOADER = ClassDesc.of(ClassLoader.class.getName());
  private static final MethodTypeDesc ACCEPT = MethodTypeDesc.of(CD_void, CD_Object);

  private EntryClass() {}

  /// The name of the class for a program whose main class is `mainClass`: it is in the same
  /// package.
  static String nameFor(String mainClass) {
    return mainClass.substring(0, mainClass.lastIndexOf('.') + 1) + NAME;
  }

  /// The class file of one that calls `main`, which can be called, and `type` declares or inherits.
  static byte[] calling(Class<?> type, Method main) {
    ClassDesc self = ClassDesc.of(nameFor(type.getName()));
    return ClassFile.of()
        .build(
            self,
            made ->
                made.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                    .withInterfaceSymbols(CONSUMER)
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        0,
                        code ->
                            code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
                    .withMethodBody(
                        CLASS_INIT_NAME,
                        MTD_void,
                        ClassFile.ACC_STATIC,
                        code -> handOver(code, self))
                    .withMethodBody(
                        "accept", ACCEPT, ClassFile.ACC_PUBLIC, code -> call(code, type, main)));
  }

  private static void handOver(CodeBuilder code, ClassDesc self) {
    code.loadConstant(self)
        .invokevirtual(CD_Class, "getClassLoader", MethodTypeDesc.of(LOADER))
        .checkcast(CONSUMER)
        .new_(self)
        .dup()
        .invokespecial(self, INIT_NAME, MTD_void)
        .invokeinterface(CONSUMER, "accept", ACCEPT)
        .return_();
  }

  private static void call(CodeBuilder code, Class<?> type, Method main) {
    ClassDesc owner = ClassDesc.of(type.getName());
    boolean isStatic = Modifier.isStatic(main.getModifiers());
    if (!isStatic) {
      code.new_(owner).dup().invokespecial(owner, INIT_NAME, MTD_void);
    }
    MethodTypeDesc shape = MTD_void;
    if (main.getParameterCount() > 0) {
      shape = MethodTypeDesc.of(CD_void, CD_String.arrayType());
      code.aload(1).checkcast(CD_String.arrayType());
    }
    if (isStatic) {
      code.invokestatic(owner, "main", shape, type.isInterface());
    } else {
      code.invokevirtual(owner, "main", shape);
    }
    code.return_();
  }
}
