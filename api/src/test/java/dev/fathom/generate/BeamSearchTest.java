package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeamSearchTest {
  private static final int TOKENS = 3;
  private static final int END = 2;
  private static final int MOST = 4;

  /** The logarithms of the probabilities behind some tokens: random, but the same each time. */
  private static float[] behind(int seed, int... tokens) {
    var random = new Random(31L * seed + Arrays.hashCode(tokens));
    double[] weights = random.doubles(TOKENS, 0.01, 1).toArray();
    double sum = Arrays.stream(weights).sum();
    float[] row = new float[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      row[i] = (float) Math.log(weights[i] / sum);
    }
    return row;
  }

  private static List<Hypothesis> searched(int seed, BeamSettings settings) {
    var search = new BeamSearch(settings, END, MOST);
    List<int[]> beams = new ArrayList<>();
    beams.add(new int[0]);
    while (!search.isDone()) {
      float[][] rows = new float[settings.beams()][];
      for (int i = 0; i < settings.beams(); i++) {
        rows[i] = behind(seed, beams.get(Math.min(i, beams.size() - 1)));
      }
      search.step(rows);
      List<int[]> next = new ArrayList<>();
      for (int i = 0; i < settings.beams(); i++) {
        int[] before = beams.get(search.parent(i));
        int[] tokens = Arrays.copyOf(before, before.length + 1);
        tokens[before.length] = search.token(i, -1);
        next.add(tokens);
      }
      beams = next;
    }
    return search.best();
  }

  private static void all(
      int seed, double penalty, int[] tokens, double logProbability, List<Hypothesis> found) {
    if (tokens.length == MOST) {
      found.add(hypothesis(tokens, logProbability, MOST, penalty));
      return;
    }
    float[] row = behind(seed, tokens);
    found.add(hypothesis(tokens, logProbability + row[END], tokens.length + 1, penalty));
    for (int token = 0; token < END; token++) {
      int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
      longer[tokens.length] = token;
      all(seed, penalty, longer, logProbability + row[token], found);
    }
  }

  private static Hypothesis hypothesis(
      int[] tokens, double logProbability, int length, double penalty) {
    return new Hypothesis(tokens, logProbability, logProbability / Math.pow(length, penalty));
  }

  /** With more beams than beginnings nothing is overlooked. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.6, 1, 2})
  void manyBeamsFindWhatTryingAllFinds(double penalty) {
    for (int seed = 0; seed < 20; seed++) {
      List<Hypothesis> every = new ArrayList<>();
      all(seed, penalty, new int[0], 0, every);
      every.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
      List<Hypothesis> found = searched(seed, new BeamSettings(40, penalty, 5));
      assertEquals(5, found.size());
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(every.get(i).tokens(), found.get(i).tokens(), "seed " + seed);
        assertEquals(every.get(i).score(), found.get(i).score(), 1e-6);
      }
    }
  }

  @Test
  void oneBeamTakesTheLikeliestTokenEachTime() {
    for (int seed = 0; seed < 20; seed++) {
      int[] tokens = {};
      while (tokens.length < MOST) {
        float[] row = behind(seed, tokens);
        int best = row[0] >= row[1] ? row[0] >= row[2] ? 0 : 2 : row[1] >= row[2] ? 1 : 2;
        if (best == END) {
          break;
        }
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = best;
      }
      assertArrayEquals(tokens, searched(seed, new BeamSettings(1, 1, 1)).getFirst().tokens());
    }
  }

  @Test
  void settingsThatMeanNothingAreRefused() {
    assertTrue(refused(0, 1, 1).contains("1 to 64 beams but got 0"));
    assertTrue(refused(65, 1, 1).contains("but got 65"));
    assertTrue(refused(2, Double.NaN, 1).contains("length penalty"));
    assertTrue(refused(2, 1, 3).contains("1 to 2 sequences"));
  }

  private static String refused(int beams, double penalty, int count) {
    return assertThrows(
            IllegalArgumentException.class, () -> new BeamSettings(beams, penalty, count))
        .getMessage();
  }
}
