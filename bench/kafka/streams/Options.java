package millrace.bench;

import java.util.HashMap;
import java.util.Map;

/** The arguments of a program: {@code name=value} each. */
final class Options {
  private final Map<String, String> values = new HashMap<>();

  Options(String[] args) {
    for (String arg : args) {
      int at = arg.indexOf('=');
      if (at < 0) throw new IllegalArgumentException("'" + arg + "' is not of the form name=value");
      values.put(arg.substring(0, at), arg.substring(at + 1));
    }
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) throw new IllegalArgumentException("the option '" + name + "' is missing");
    return value;
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }
}
