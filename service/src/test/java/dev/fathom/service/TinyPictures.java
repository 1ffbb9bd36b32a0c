package dev.fathom.service;

/** A diffusion that learns {@link Tiny}'s pictures of 6 x 6 in seconds. */
public final class TinyPictures {

  private TinyPictures() {}

  /** {@return a spec that learns a dataset} */
  public static String spec(String name, String dataset) {
    return """
    {"name": "%s", "data": {"dataset": "%s"},
     "task": {"type": "diffusion", "steps": 10, "guidance": 2},
     "model": {
       "inputs": {"image": {"columns": "image", "scale": 0.00784313725490196, "mean": 1},
                  "time": "time", "class": "class"},
       "layers": [
         {"type": "timestepembedding", "name": "wave", "features": 16, "inputs": ["time"]},
         {"type": "embedding", "name": "kind", "vocabulary": 5, "features": 16, "initializer": "normal",
          "inputs": ["class"]},
         {"type": "flatten", "name": "kindVector"},
         {"type": "flatten", "name": "flat", "inputs": ["image"]},
         {"type": "concat", "name": "all", "inputs": ["flat", "wave", "kindVector"]},
         {"type": "dense", "units": 64, "activation": "silu", "name": "a"},
         {"type": "concat", "name": "more", "inputs": ["a", "flat", "kindVector"]},
         {"type": "dense", "units": 64, "activation": "silu"},
         {"type": "dense", "units": 36},
         {"type": "reshape", "shape": [1, 6, 6]}]},
     "training": {"steps": 800, "batchSize": 32, "seed": 1, "averaging": 0.99,
                  "optimizer": {"type": "adam", "learningRate": 0.003}}}
    """
        .formatted(name, dataset);
  }

  /** {@return the quarter that is brightest, the class of {@link Tiny}'s pictures} */
  public static int brightest(int[] pixels) {
    var sums = new long[Tiny.CLASSES];
    for (int i = 0; i < pixels.length; i++) {
      sums[2 * (i / 6 / 3) + i % 6 / 3] += pixels[i];
    }
    int best = 0;
    for (int i = 1; i < sums.length; i++) {
      best = sums[i] > sums[best] ? i : best;
    }
    return best;
  }
}
