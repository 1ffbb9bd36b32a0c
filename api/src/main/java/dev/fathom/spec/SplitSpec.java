package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.SpecException;
import java.util.Optional;

/**
 * How the rows of a table are held back, by one of its columns; without one at random, of a target
 * of classes the same share of each.
 *
 * @param groups the column of groups, of which none is on both sides
 * @param order the column of times: the last rows are held back
 */
public record SplitSpec(Optional<String> groups, Optional<String> order) {
  /** At random. */
  public static final SplitSpec RANDOM = new SplitSpec(Optional.empty(), Optional.empty());

  static Parsed<SplitSpec> parse(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    SplitSpec split = new SplitSpec(f.optionalText("groups"), f.optionalText("order"));
    if (split.groups.isPresent() && split.order.isPresent()) {
      throw new SpecException(f.at("order"), "expected either groups or order but got both");
    }
    f.end();
    return new Parsed<>(split, f.expanded());
  }
}
