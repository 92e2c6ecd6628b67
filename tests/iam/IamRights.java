import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;

/**
 * Asks the URL of the property iam.judge what a user may do, a line "PRINCIPAL OPERATION TYPE NAME" each, which it answers by
 * lines of "yes" and "no". Who has not logged in may do all: that is the plain listener. As in MSK no right implies another.
 */
public final class IamRights implements Authorizer {
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private URI judge;

  @Override
  public void configure(Map<String, ?> configs) {
    judge = URI.create((String) configs.get("iam.judge"));
  }

  @Override
  public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo server) {
    Map<Endpoint, CompletionStage<Void>> ready = new HashMap<>();
    server.endpoints().forEach(endpoint -> ready.put(endpoint, CompletableFuture.completedFuture(null)));
    return ready;
  }

  @Override
  public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
    String principal = context.principal().getName();
    if (principal.equals("ANONYMOUS")) {
      return actions.stream().map(action -> AuthorizationResult.ALLOWED).toList();
    }
    StringBuilder asked = new StringBuilder();
    for (Action action : actions) {
      var resource = action.resourcePattern();
      asked.append(String.join(" ", principal, action.operation().name(), resource.resourceType().name(), resource.name()));
      asked.append('\n');
    }
    return ask(asked.toString())
        .lines()
        .map(answer -> answer.equals("yes") ? AuthorizationResult.ALLOWED : AuthorizationResult.DENIED)
        .toList();
  }

  /** Any topic at all would be enough for Kafka to write without doubles: MSK has an action for it. */
  @Override
  public AuthorizationResult authorizeByResourceType(
      AuthorizableRequestContext context, AclOperation operation, ResourceType type) {
    boolean isPlain = context.principal().getName().equals("ANONYMOUS");
    return isPlain ? AuthorizationResult.ALLOWED : AuthorizationResult.DENIED;
  }

  private String ask(String asked) {
    HttpRequest request = HttpRequest.newBuilder(judge).POST(HttpRequest.BodyPublishers.ofString(asked)).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException noAnswer) {
      throw new IllegalStateException(noAnswer);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  @Override
  public List<? extends CompletionStage<AclCreateResult>> createAcls(
      AuthorizableRequestContext context, List<AclBinding> bindings) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
      AuthorizableRequestContext context, List<AclBindingFilter> filters) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterable<AclBinding> acls(AclBindingFilter filter) {
    return List.of();
  }

  @Override
  public void close() {}
}
