package dev.fathom.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;

/**
 * A template in the part of Jinja that chat templates of language models are written in. It is
 * filled in as Hugging Face's {@code apply_chat_template} does it: blocks trim the white space of
 * their lines, values cannot be changed, {@code raise_exception} and {@code strftime_now} are
 * known. Immutable, safe for several threads.
 *
 * <p>Supported are {@code for} with {@code if}, {@code else}, {@code break} and {@code continue};
 * {@code if}, {@code set} of a value or a block, {@code macro}, {@code filter}, {@code raw}, {@code
 * generation}; all operators; slices; {@code namespace}, {@code range} and {@code dict}; methods of
 * strings and mappings; and most filters and tests. {@code include}, {@code import}, {@code
 * extends} and {@code call} are not: a template is one text. A template that runs too long is ended
 * with an error.
 *
 * @see <a href="https://jinja.palletsprojects.com/en/stable/templates/">Jinja's documentation</a>
 */
public final class JinjaTemplate {
  private final Statement body;

  private JinjaTemplate(Statement body) {
    this.body = body;
  }

  /**
   * {@return the template with this source}
   *
   * @throws TemplateException if it is not valid, with the line
   */
  public static JinjaTemplate parse(String source) {
    return new JinjaTemplate(new Parser(Lexer.tokens(source)).template());
  }

  /**
   * {@return the text with these variables}
   *
   * @throws TemplateException if an expression has no value, or the template raises an error
   */
  public String render(ObjectNode variables) {
    return render(variables, Clock.systemDefaultZone());
  }

  /**
   * {@return the text with these variables}
   *
   * @param clock of {@code strftime_now}
   * @throws TemplateException as {@link #render(ObjectNode)}
   */
  public String render(ObjectNode variables, Clock clock) {
    Scope scope = Scope.outermost();
    Functions.addTo(scope, clock);
    variables.properties().forEach(each -> scope.set(each.getKey(), Values.of(each.getValue())));
    return body.text(scope);
  }
}
