package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.error.FathomException;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Networks of many layers, on the small stack of a thread. */
@Timeout(120)
class DeepNetworksTest {
  @TempDir Path folder;

  @BeforeEach
  void data() throws Exception {
    Files.writeString(
        folder.resolve("t.csv"), "a,b,y\n" + "1,2,n\n2,1,y\n3,1,y\n1,3,n\n".repeat(9));
  }

  private Trainer.Builder builder(String layers) throws Exception {
    Spec spec =
        Spec.parse(
            """
            {"name": "deep", "data": {"format": "csv", "train": "t.csv", "target": "y"},
             "model": [%s], "training": {"steps": 1, "batchSize": 4}}
            """
                .formatted(layers));
    return Trainer.of(spec, TrainingData.open(spec, folder), Backends.select("java"));
  }

  /** {@return what {@code work} gives on a thread with 512 kB of stack} */
  private static <T> T onSmallStack(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(null, task, "small stack", 512 << 10);
    thread.start();
    return task.get();
  }

  private static String dense(int count) {
    return "{\"type\": \"dense\", \"units\": 4, \"activation\": \"relu\"},".repeat(count)
        + "{\"type\": \"dense\", \"units\": 2}";
  }

  private static String residuals(int depth) {
    return "{\"type\": \"residual\", \"body\": [".repeat(depth)
        + "{\"type\": \"dense\", \"units\": 2}"
        + "]}".repeat(depth);
  }

  @Test
  void hundredsOfLayersLearn() throws Exception {
    assertEquals(1, onSmallStack(() -> builder(dense(600)).build().run().steps()));
  }

  @Test
  void fiveThousandLayersAreChecked() throws Exception {
    onSmallStack(
        () -> {
          builder(dense(5000)).check();
          return null;
        });
  }

  @Test
  void aCheckFindsLayersThatDoNotFit() throws Exception {
    Trainer.Builder wrong = builder("{\"type\": \"maxpool2d\", \"kernel\": 2}");
    assertThrows(FathomException.class, wrong::check);
  }

  @Test
  void layersInLayersLearnToADepthAndAreRefusedBehindIt() throws Exception {
    assertEquals(1, onSmallStack(() -> builder(residuals(64)).build().run().steps()));
    SpecException tooDeep = assertThrows(SpecException.class, () -> builder(residuals(65)));
    assertEquals(
        "expected at most 130 levels, 64 of layers in layers, but there are more",
        tooDeep.detail());
    assertTrue(tooDeep.pointer().startsWith("/model/0/body/0/body"), tooDeep.pointer());
    SpecException noJson = assertThrows(SpecException.class, () -> builder(residuals(490)));
    assertTrue(
        noJson.detail().endsWith("at most 256 lists and objects in each other but there are more"),
        noJson.detail());
  }
}
