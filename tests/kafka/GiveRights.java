import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * GiveRights BOOTSTRAP FILE: gives users the rights of the lines of FILE, "USER RESOURCE NAME OPERATION…". RESOURCE is topic,
 * group or cluster, and NAME a prefix of its name, or all of a cluster's.
 */
final class GiveRights {
  public static void main(String[] arguments) throws IOException, ExecutionException, InterruptedException {
    final List<AclBinding> rights = new ArrayList<>();
    for (final String line : Files.readAllLines(Path.of(arguments[1]))) {
      final String[] words = line.split(" ");
      final ResourceType type = ResourceType.fromString(words[1]);
      final PatternType pattern = type == ResourceType.CLUSTER ? PatternType.LITERAL : PatternType.PREFIXED;
      for (int i = 3; i < words.length; ++i) {
        rights.add(
            new AclBinding(
                new ResourcePattern(type, words[2], pattern),
                new AccessControlEntry("User:" + words[0], "*", AclOperation.fromString(words[i]), AclPermissionType.ALLOW)));
      }
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", arguments[0]))) {
      admin.createAcls(rights).all().get();
    }
  }
}
