package dev.fathom.image;

import dev.fathom.data.MediaFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hashes of pictures' files, of the bytes that are read of each to learn its size. A file that goes
 * on behind them is read to its end only if another one begins the same. For one thread.
 */
public final class PictureHashes {
  private final List<Begun> begun = new ArrayList<>();
  private final Map<Long, Integer> beginnings = new HashMap<>();

  /**
   * A file.
   *
   * @param hash of its beginning
   * @param isWhole whether that is all of it
   */
  record Begun(MediaFiles files, String name, long hash, boolean isWhole) {}

  /**
   * Looks at a picture, of which hardly more than the header is read; {@return its size as it is
   * seen}
   *
   * @throws PictureException if the header cannot be read
   */
  public Pictures.Size add(MediaFiles files, String name, long mostPixels) throws IOException {
    MediaFiles.Head head = files.head(name);
    Begun file = new Begun(files, name, head.hash(), head.isWhole());
    begun.add(file);
    if (!file.isWhole()) {
      beginnings.merge(file.hash(), 1, Integer::sum);
    }
    try {
      return Pictures.size(name, head.bytes(), mostPixels);
    } catch (PictureException e) {
      if (head.isWhole() || e.isUnsupported()) {
        throw e;
      }
      // Profiles and previews may lie in front of the header.
      return Pictures.size(name, files.read(name), mostPixels);
    }
  }

  /**
   * {@return the hashes of pictures in the order they were added, once all are}
   *
   * @param from the number of the first, from 0
   */
  public long[] of(int from, int count) throws IOException {
    long[] hashes = new long[count];
    for (int i = 0; i < count; i++) {
      Begun file = begun.get(from + i);
      boolean isAlone = file.isWhole() || beginnings.get(file.hash()) == 1;
      hashes[i] = isAlone ? file.hash() : file.files().hash(file.name());
    }
    return hashes;
  }
}
