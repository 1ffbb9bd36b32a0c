package dev.fathom.service.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.service.Refusal;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/**
 * A part of a list.
 *
 * @param items in order
 * @param next the value of {@code after} for the items that follow; null after the last
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema(requiredProperties = {"items", "next"})
public record Page<T>(List<T> items, @Schema(nullable = true) String next) {

  private static final int MOST = 1000;

  /** Which part, as a client asks for it. */
  public static final class Request {
    @QueryParam("after")
    @Parameter(description = "what `next` of the page before said")
    String after;

    @QueryParam("limit")
    @DefaultValue("100")
    @Parameter(
        schema =
            @Schema(
                type = SchemaType.INTEGER,
                minimum = "1",
                maximum = "1000",
                defaultValue = "100"))
    String limit;
  }

  /** Makes an item from its key. */
  @FunctionalInterface
  interface Item<T> {
    T of(String key) throws Exception;
  }

  /**
   * {@return the items that are asked for}
   *
   * @param keys unique, in order
   */
  static <T> Page<T> of(List<String> keys, Request asked, Item<T> item) throws Exception {
    var limit = asked.limit;
    var after = asked.after;
    int most = limit.matches("\\d{1,4}") ? Integer.parseInt(limit) : 0;
    if (most < 1 || most > MOST) {
      throw new Refusal(400, "expected a limit of 1 to %d but got %s".formatted(MOST, limit));
    }
    int from = after == null ? 0 : keys.indexOf(after) + 1;
    if (after != null && from == 0) {
      throw new Refusal(400, "expected in 'after' what 'next' said but got '" + after + "'");
    }
    var page = keys.subList(from, Math.min(keys.size(), from + most));
    List<T> items = new ArrayList<>();
    for (String key : page) {
      items.add(item.of(key));
    }
    boolean more = from + page.size() < keys.size();
    return new Page<>(items, more ? page.getLast() : null);
  }
}
