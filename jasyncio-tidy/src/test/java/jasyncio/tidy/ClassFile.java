package jasyncio.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One compiled class: what it refers to.
record ClassFile(ClassModel model) {
  private static final Pattern TYPE_IN_DESCRIPTOR = Pattern.compile("L([\\w/$]+)[;<]");

  /// A member of another class that code refers to.
  record Reference(String owner, String name) {}

  static ClassFile read(Path file) {
    try {
      return of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ClassFile of(byte[] bytes) {
    return new ClassFile(java.lang.classfile.ClassFile.of().parse(bytes));
  }

  /// With dots.
  String name() {
    return model.thisClass().asInternalName().replace('/', '.');
  }

  /// `jasyncio.Task` for `jasyncio.Task$1`: findings name what has a file.
  String topLevelName() {
    int nested = name().indexOf('$');
    return nested < 0 ? name() : name().substring(0, nested);
  }

  String packageName() {
    return packageOf(name());
  }

  static String packageOf(String className) {
    return className.substring(0, Math.max(0, className.lastIndexOf('.')));
  }

  /// Every class that is named anywhere in it, in code, signatures or annotations.
  Set<String> namedClasses() {
    Set<String> names = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof ClassEntry type && !type.asInternalName().startsWith("[")) {
        names.add(type.asInternalName().replace('/', '.'));
      } else if (entry instanceof Utf8Entry text) {
        names.addAll(typesIn(text.stringValue()));
      }
    }
    return names;
  }

  /// The types in a descriptor or generic signature.
  static List<String> typesIn(String descriptor) {
    List<String> types = new ArrayList<>();
    Matcher matcher = TYPE_IN_DESCRIPTOR.matcher(descriptor);
    while (matcher.find()) {
      types.add(matcher.group(1).replace('/', '.'));
    }
    return types;
  }

  /// The methods and fields of other classes that it uses.
  List<Reference> references() {
    List<Reference> references = new ArrayList<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof MemberRefEntry member) {
        references.add(
            new Reference(
                member.owner().asInternalName().replace('/', '.'), member.name().stringValue()));
      }
    }
    return references;
  }
}
