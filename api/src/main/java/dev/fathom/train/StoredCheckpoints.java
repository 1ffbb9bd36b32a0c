package dev.fathom.train;

import dev.fathom.store.Bundle;
import dev.fathom.store.Training;
import dev.fathom.store.Training.Slot;
import java.io.IOException;
import java.util.Optional;

/** Checkpoints in a data directory. */
record StoredCheckpoints(Training training) implements Checkpoints {
  @Override
  public void save(Kind kind, Checkpoint checkpoint) throws IOException {
    training.saveCheckpoint(slot(kind), checkpoint.progress().toJson(), checkpoint::write);
  }

  @Override
  public Optional<Checkpoint.Stored> load(Kind kind) throws IOException {
    Optional<Bundle> bundle = training.checkpoint(slot(kind));
    return bundle.map(b -> new Checkpoint.Stored(b.json(), b::file));
  }

  private static Slot slot(Kind kind) {
    return switch (kind) {
      case LAST -> Slot.LAST;
      case BEST -> Slot.BEST;
    };
  }
}
