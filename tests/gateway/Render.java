import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.app.event.EventCartridge;
import org.apache.velocity.app.event.ReferenceInsertionEventHandler;

/** Mapping templates by Velocity itself, with Jayway's JSON paths: an oracle of the gateway's rendering. */
public class Render {
  /** Of a request. A path that leads nowhere is an empty text. */
  public static class Input {
    private final Object document;
    private final Map<String, Object> params;

    Input(String body, Map<String, Object> params) {
      document = Configuration.defaultConfiguration().jsonProvider().parse(body.isBlank() ? "{}" : body);
      this.params = params;
    }

    public Object path(String path) {
      try {
        return JsonPath.read(document, path);
      } catch (PathNotFoundException nowhere) {
        return "";
      }
    }

    public String json(String path) {
      return JSONValue.toJSONString(path(path), JSONStyle.LT_COMPRESS);
    }

    public String params(String name) {
      return String.valueOf(params.getOrDefault(name, ""));
    }
  }

  public static class Util {
    public String base64Encode(Object value) {
      final String text = value == null ? "" : value.toString();
      return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Amazon prints nothing for what is not there. */
  static final ReferenceInsertionEventHandler NOTHING = (context, reference, value) -> value == null ? "" : value;

  @SuppressWarnings("unchecked")
  public static void main(String[] arguments) throws Exception {
    final VelocityEngine engine = new VelocityEngine();
    engine.setProperty("parser.allow_hyphen_in_identifiers", true);
    engine.init();
    final List<String> rendered = new ArrayList<>();
    final Object cases = JSONValue.parse(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (final Map<String, Object> one : (List<Map<String, Object>>) cases) {
      final VelocityContext context = new VelocityContext();
      final EventCartridge events = new EventCartridge();
      events.addReferenceInsertionEventHandler(NOTHING);
      events.attachToContext(context);
      context.put("input", new Input((String) one.get("body"), (Map<String, Object>) one.get("params")));
      context.put("util", new Util());
      final StringWriter text = new StringWriter();
      engine.evaluate(context, text, "template", (String) one.get("template"));
      rendered.add(text.toString());
    }
    new PrintStream(System.out, true, StandardCharsets.UTF_8).print(JSONValue.toJSONString(rendered, JSONStyle.LT_COMPRESS));
  }
}
