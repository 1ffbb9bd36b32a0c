package dev.fathom.train;

import dev.fathom.loss.Loss;
import dev.fathom.metric.Observation;
import dev.fathom.nn.Network;
import dev.fathom.optim.Optimizer;
import dev.fathom.task.Columns;
import dev.fathom.task.Step;
import dev.fathom.task.Term;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The losses that a training minimises. It is written by hand where the loss of an output and its
 * target is not enough: for several networks, losses of noise, games. A GAN (Goodfellow et al.,
 * 2014):
 *
 * <pre>{@code
 * record Gan(List<Group> groups) implements Objective {
 *   public SequencedMap<String, Term> terms(Step step) {
 *     Tensor fake = step.apply("generator", step.normal(step.batch(), 64));
 *     Tensor real = step.apply("discriminator", step.column("image"));
 *     Tensor caught = step.apply("discriminator", fake.stopGradient());
 *     Tensor fooled = step.apply("discriminator", fake);
 *     ...
 *   }
 * }
 * }</pre>
 */
public interface Objective {
  /** {@return the groups of parameters, in order} */
  List<Group> groups();

  /**
   * {@return the loss of each group, by its name: its parameters change to make that small, and
   * those of other groups do not}
   *
   * @param step the batch; asked to trace the networks. For an evaluation, without training, too
   */
  SequencedMap<String, Term> terms(Step step);

  /** {@return one network that learns to give a target by a loss} */
  static Objective supervised(
      Network network, Optimizer optimizer, Loss loss, String input, String target) {
    return new Objective() {
      @Override
      public List<Group> groups() {
        return List.of(new Group(Group.DEFAULT, network, optimizer));
      }

      @Override
      public SequencedMap<String, Term> terms(Step step) {
        Tensor output = step.apply(Group.DEFAULT, step.column(input));
        Tensor wanted = step.column(target);
        return single(
            new Term(
                loss.rows(output, wanted),
                loss.weights(wanted, step.mask()),
                Optional.of(new Observation(output, wanted, step.mask()))));
      }
    };
  }

  /** {@return a network that learns a task, and its partners} */
  static Objective of(
      dev.fathom.task.Task task, Network network, Optimizer optimizer, Columns columns) {
    return of(task, new Group(task.group(), network, optimizer), columns);
  }

  /** {@return a group that learns a task, and the task's partners} */
  static Objective of(dev.fathom.task.Task task, Group group, Columns columns) {
    List<Group> all = new ArrayList<>(List.of(group));
    task.partners()
        .forEach(each -> all.add(new Group(each.name(), each.network(), each.optimizer())));
    List<Group> groups = List.copyOf(all);
    return new Objective() {
      @Override
      public List<Group> groups() {
        return groups;
      }

      @Override
      public SequencedMap<String, Term> terms(Step step) {
        return task.terms(step, columns);
      }
    };
  }

  /**
   * {@return an objective in which examples count differently}: each loss is the weighted mean
   * {@code sum(weight * loss) / sum(weight)}; what metrics see is not weighted
   *
   * @param column of weights of 0 or more, one number for each example
   */
  static Objective weighted(Objective objective, String column) {
    return new Objective() {
      @Override
      public List<Group> groups() {
        return objective.groups();
      }

      @Override
      public SequencedMap<String, Term> terms(Step step) {
        Tensor weights = step.column(column).reshape(step.batch());
        SequencedMap<String, Term> terms = new LinkedHashMap<>();
        objective
            .terms(step)
            .forEach(
                (group, term) ->
                    terms.put(
                        group,
                        new Term(term.rows(), term.weights().mul(weights), term.observation())));
        return terms;
      }
    };
  }

  private static SequencedMap<String, Term> single(Term term) {
    SequencedMap<String, Term> terms = new LinkedHashMap<>();
    terms.put(Group.DEFAULT, term);
    return terms;
  }
}
