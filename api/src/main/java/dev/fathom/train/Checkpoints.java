package dev.fathom.train;

import dev.fathom.store.Training;
import java.io.IOException;
import java.util.Optional;

/** Keeps the newest and the best checkpoint of one training. */
public interface Checkpoints {
  /** Which checkpoint. */
  enum Kind {
    /** The newest, to resume from. */
    LAST,
    /** The one with the best validation loss. */
    BEST
  }

  /** Replaces a checkpoint, at once: after a kill at any moment the old or the new one is there. */
  void save(Kind kind, Checkpoint checkpoint) throws IOException;

  /** {@return a checkpoint, if one was saved} */
  Optional<Checkpoint.Stored> load(Kind kind) throws IOException;

  /** {@return the checkpoints of a training in a data directory} */
  static Checkpoints of(Training training) {
    return new StoredCheckpoints(training);
  }
}
