package jasyncio.net.netty;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/// Reads certificates and private keys from PEM files. Blocks: not for the loop.
final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END", Pattern.CASE_INSENSITIVE);

  /// All that the JDK's TLS can use.
  private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

  private PemFiles() {}

  /// A certificate, followed by those that lead to its authority.
  static List<X509Certificate> chain(Path file) throws IOException, CertificateException {
    try (InputStream content = Files.newInputStream(file)) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(content).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new CertificateException("no certificates in " + file);
      }
      return chain;
    }
  }

  /// A private key in PKCS#8.
  ///
  /// @param password needed if it is encrypted
  static PrivateKey key(Path file, @Nullable String password)
      throws IOException, GeneralSecurityException {
    Matcher found = KEY.matcher(Files.readString(file));
    if (!found.find()) {
      throw new InvalidKeyException("no private key in " + file);
    }
    byte[] content = Base64.getMimeDecoder().decode(found.group(2));
    return switch (found.group(1).strip()) {
      case "" -> decoded(file, new PKCS8EncodedKeySpec(content));
      case "ENCRYPTED" -> decoded(file, decrypted(file, content, password));
      default ->
          throw new InvalidKeyException(
              file
                  + " has a key in the old form of OpenSSL. Rewrite it in PKCS#8: openssl pkcs8"
                  + " -topk8 -nocrypt -in OLD -out NEW");
    };
  }

  private static PKCS8EncodedKeySpec decrypted(Path file, byte[] content, @Nullable String password)
      throws IOException, GeneralSecurityException {
    if (password == null) {
      throw new InvalidKeyException(
          "the private key in " + file + " is encrypted, and there is no password for it");
    }
    EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(content);
    AlgorithmParameters parameters = encrypted.getAlgParameters();
    String algorithm = encrypted.getAlgName();
    if (parameters != null && parameters.getAlgorithm().equals("PBES2")) {
      algorithm = parameters.toString(); // names the parts, such as PBEWithHmacSHA256AndAES_256
    }
    PBEKeySpec secret = new PBEKeySpec(password.toCharArray());
    try {
      Key key = SecretKeyFactory.getInstance(algorithm).generateSecret(secret);
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, key, parameters);
      return encrypted.getKeySpec(cipher);
    } catch (InvalidKeySpecException e) {
      throw new InvalidKeyException("wrong password for the private key in " + file, e);
    } finally {
      secret.clearPassword();
    }
  }

  private static PrivateKey decoded(Path file, PKCS8EncodedKeySpec content)
      throws GeneralSecurityException {
    for (String kind : KEY_KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(content);
      } catch (InvalidKeySpecException e) {
        // one of the others
      }
    }
    throw new InvalidKeyException(
        "the private key in " + file + " is none of " + KEY_KINDS + ", or damaged");
  }
}
