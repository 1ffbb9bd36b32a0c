package dev.fathom.model;

import dev.fathom.data.FixedLength;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.encode.Encoding;
import dev.fathom.image.Framing;
import dev.fathom.nn.Network;
import dev.fathom.spi.Shape;
import dev.fathom.text.Chat;
import dev.fathom.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How examples as people have them become the inputs of a function. Immutable.
 *
 * @param inputs one for each input of the function, in its order
 * @param tokenizer of a model of texts
 * @param texts how a text becomes the first input; empty if the model does not take whole texts
 * @param pictures how a picture becomes the only input; empty if the model takes none
 * @param chat how messages become a text; empty if the model does not chat
 */
public record Preparation(
    List<Input> inputs,
    Optional<Tokenizer> tokenizer,
    Optional<FixedLength> texts,
    Optional<Framing> pictures,
    Optional<Chat> chat) {
  /**
   * An input.
   *
   * @param name that clients give it
   * @param raw the shape of one example as people have it
   * @param normalisation of its numbers
   * @param features the columns of a table that it is made of, in order; empty if it is not
   * @param encoding how these columns become raw values; empty where they are raw values, as in a
   *     series
   */
  public record Input(
      String name,
      Shape raw,
      Normalisation normalisation,
      List<String> features,
      Optional<Encoding> encoding) {
    public Input {
      features = List.copyOf(features);
    }

    /** An input without an encoding. */
    public Input(String name, Shape raw, Normalisation normalisation, List<String> features) {
      this(name, raw, normalisation, features, Optional.empty());
    }
  }

  public Preparation {
    inputs = List.copyOf(inputs);
  }

  /** How examples of a model that does not chat become inputs. */
  public Preparation(
      List<Input> inputs,
      Optional<Tokenizer> tokenizer,
      Optional<FixedLength> texts,
      Optional<Framing> pictures) {
    this(inputs, tokenizer, texts, pictures, Optional.empty());
  }

  /** {@return the same with messages that become texts this way} */
  public Preparation withChat(Optional<Chat> newChat) {
    return new Preparation(inputs, tokenizer, texts, pictures, newChat);
  }

  /** How examples that are no pictures become inputs. */
  public Preparation(
      List<Input> inputs, Optional<Tokenizer> tokenizer, Optional<FixedLength> texts) {
    this(inputs, tokenizer, texts, Optional.empty());
  }

  /**
   * {@return a table without rows, that has the columns of the inputs as the training knew them} A
   * reader that reads other files like this one gives rows for {@link Rows}.
   */
  public Table table() {
    SequencedMap<Field, Object> columns = new LinkedHashMap<>();
    for (Field field : Rows.of(this).fields()) {
      columns.put(
          field,
          switch (field.kind()) {
            case NUMBER, BOOLEAN, DATE -> new double[0];
            case INTEGER -> new long[0];
            case CLASS, CATEGORY -> new int[0];
            case TEXT -> new String[0];
          });
    }
    return new Table("training", 0, columns, Map.of());
  }

  /** {@return examples that are the network's inputs as they are} */
  public static Preparation none(Network network) {
    List<Input> inputs = new ArrayList<>();
    network
        .inputs()
        .forEach(
            (name, shape) -> inputs.add(new Input(name, shape, Normalisation.NONE, List.of())));
    return new Preparation(inputs, Optional.empty(), Optional.empty());
  }
}
