import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;

/**
 * A broker's check of logins by IAM: it asks the URL in the option `verifier` of its JAAS configuration, which replies
 * to a token with the login's name and the token's end in milliseconds since 1970, or with a status that is not 200.
 */
public final class IamLogin implements AuthenticateCallbackHandler {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private record Token(String value, String principalName, long lifetimeMs) implements OAuthBearerToken {
    @Override
    public Set<String> scope() {
      return Set.of();
    }

    @Override
    public Long startTimeMs() {
      return null;
    }
  }

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private URI verifier;

  @Override
  public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
    verifier = URI.create((String) entries.get(0).getOptions().get("verifier"));
  }

  @Override
  public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (callback instanceof OAuthBearerValidatorCallback asked) {
        answer(asked);
      } else if (!(callback instanceof OAuthBearerTokenCallback)) { // the broker's own login, which is none
        throw new UnsupportedCallbackException(callback);
      }
    }
  }

  private void answer(OAuthBearerValidatorCallback asked) {
    Token token = check(asked.tokenValue());
    if (token == null) {
      asked.error("invalid_token", null, null);
    } else {
      asked.token(token);
    }
  }

  /** Null where it is refused, or nobody answers. */
  private Token check(String token) {
    HttpRequest request =
        HttpRequest.newBuilder(verifier).timeout(PATIENCE).POST(HttpRequest.BodyPublishers.ofString(token)).build();
    try {
      HttpResponse<String> reply = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (reply.statusCode() != 200) {
        return null;
      }
      String[] words = reply.body().split(" ");
      return new Token(token, words[0], Long.parseLong(words[1]));
    } catch (IOException noAnswer) {
      System.err.println("IamLogin: " + verifier + ": " + noAnswer);
      return null;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public void close() {}
}
