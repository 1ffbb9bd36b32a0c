package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoundTrainingTest {
  @TempDir Path folder;

  private static Spec spec(String data, String training) {
    return Spec.parse(
        """
        {"name": "tones",
         "data": {"format": "sounds", "rate": 8000, "seconds": 0.25, %s},
         "model": [{"type": "logmel", "rate": 8000, "window": 128, "mels": 16, "floor": 1e-4}, {"type": "layernorm"},
                   {"type": "conv1d", "filters": 8, "kernel": 3, "activation": "relu"},
                   {"type": "sequencepool"}, {"type": "dense", "units": 3}],
         "training": {"batchSize": 8, "seed": 1, "optimizer": {"type": "adam", "learningRate": 0.02}, %s}}"""
            .formatted(data, training));
  }

  /** A tone of any rate, width, length and number of channels, in noise. */
  private static byte[] tone(double hertz, Random random) throws IOException {
    int rate = new int[] {8000, 11_025, 16_000}[random.nextInt(3)];
    int channels = 1 + random.nextInt(2);
    int frames = (int) (rate * (0.15 + 0.2 * random.nextDouble()));
    byte[] data = new byte[2 * channels * frames];
    double phase = random.nextDouble();
    double loudness = 0.1 + 0.5 * random.nextDouble();
    for (int i = 0; i < frames * channels; i++) {
      double angle = 2 * Math.PI * (hertz * (i / channels) / rate + phase);
      int sample = (int) (32767 * (loudness * Math.sin(angle) + 0.02 * random.nextGaussian()));
      data[2 * i] = (byte) sample;
      data[2 * i + 1] = (byte) (sample >> 8);
    }
    var file = new ByteArrayOutputStream();
    var format = new AudioFormat(rate, 16, channels, true, false);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(data), format, frames),
        AudioFileFormat.Type.WAVE,
        file);
    return file.toByteArray();
  }

  private void write(String part, int count, long seed) throws IOException {
    Random random = new Random(seed);
    String[] names = {"high", "low", "middle"};
    double[] hertz = {2500, 300, 900};
    for (int label = 0; label < names.length; label++) {
      Path of = Files.createDirectories(folder.resolve(part).resolve(names[label]));
      for (int i = 0; i < count; i++) {
        double pitch = hertz[label] * (0.85 + 0.3 * random.nextDouble());
        Files.write(of.resolve(i + ".wav"), tone(pitch, random));
      }
    }
  }

  private TrainingResult train(Spec spec) throws IOException {
    return Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build().run();
  }

  @Test
  void tellsTonesInFolders() throws IOException {
    write("train", 20, 1);
    write("test", 20, 2);
    Files.writeString(folder.resolve("train/low/notes.txt"), "no sound");
    Spec spec = spec("\"train\": \"train\", \"test\": \"test\"", "\"epochs\": 15");
    TrainingData data = TrainingData.open(spec, folder);
    assertTrue(data.notes().contains("train: 60 sounds in 3 classes"), data.notes().toString());
    assertTrue(
        data.notes().toString().contains("left out 1 files that are no sounds"),
        data.notes().toString());
    TrainingResult result = train(spec);
    assertTrue(result.test().orElseThrow().accuracy() >= 0.95, result.test().toString());
    assertEquals("[high, low, middle]", result.model().labels().toString());
  }

  @Test
  void tellsTonesOfATableInAZipFile() throws IOException {
    Random random = new Random(3);
    StringBuilder table = new StringBuilder("file,pitch\n");
    try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("clips.zip")))) {
      for (int i = 0; i < 60; i++) {
        zip.putNextEntry(new ZipEntry("all/" + i + ".WAV"));
        zip.write(tone(300 + 1000 * (i % 3), random));
        table.append("%d.WAV,%c%n".formatted(i, "abc".charAt(i % 3)));
      }
    }
    Files.writeString(folder.resolve("train.csv"), table);
    Spec spec =
        spec(
            "\"train\": \"train.csv\", \"sounds\": \"clips.zip/all\", \"path\": \"file\","
                + " \"target\": \"pitch\", \"test\": 0.3",
            "\"epochs\": 15");
    TrainingResult result = train(spec);
    assertTrue(result.test().orElseThrow().accuracy() >= 0.9, result.toString());
  }

  @Test
  void learnsNumbersOfSounds() throws IOException {
    write("train", 4, 1);
    StringBuilder table = new StringBuilder("path,hertz\n");
    for (String name : List.of("high,2500.5", "low,300.25", "middle,900")) {
      for (int i = 0; i < 4; i++) {
        table.append(name.replaceFirst("(.*),", "$1/" + i + ".wav,")).append('\n');
      }
    }
    Files.writeString(folder.resolve("train.csv"), table);
    Spec numbers =
        Spec.parse(
            spec(
                    "\"train\": \"train.csv\", \"sounds\": \"train\", \"target\": \"hertz\"",
                    "\"epochs\": 2, \"validation\": 0, \"loss\": \"meanSquaredError\"")
                .expand()
                .toString()
                .replace("\"units\":3", "\"units\":1"));
    Dataset train = TrainingData.open(numbers, folder).train();
    double[] hertz = new double[1];
    train.read(1, 0, hertz, 0);
    assertEquals(2500.5, hertz[0]);
    assertEquals(2, train(numbers).epochs());
  }

  @Test
  void namesTheFileThatIsWrong() throws IOException {
    write("train", 2, 1);
    Path broken = folder.resolve("train/low/0.wav");
    Files.write(broken, java.util.Arrays.copyOf(Files.readAllBytes(broken), 100));
    Spec spec = spec("\"train\": \"train\"", "\"epochs\": 1, \"validation\": 0");
    String wrong =
        assertThrows(IllegalArgumentException.class, () -> TrainingData.open(spec, folder))
            .getMessage();
    assertTrue(wrong.startsWith("[wav] low/0.wav: expected "), wrong);
    Files.writeString(folder.resolve("train.csv"), "path,label\nlow/1.wav,a\nlow/9.wav,b\n");
    Spec table = spec("\"train\": \"train.csv\", \"sounds\": \"train\"", "\"epochs\": 1");
    assertEquals(
        "[sounds] train.csv, row 2: there is no sound 'low/9.wav' in train",
        assertThrows(DataException.class, () -> TrainingData.open(table, folder)).getMessage());
    SpecException none =
        assertThrows(
            SpecException.class, () -> spec("\"train\": \"a\", \"seconds\": 1e-9", "\"steps\": 1"));
    assertTrue(none.getMessage().contains("seconds"), none::getMessage);
  }
}
