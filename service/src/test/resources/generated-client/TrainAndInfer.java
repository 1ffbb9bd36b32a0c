import static java.net.http.HttpRequest.BodyPublishers.ofFile;

import generated.ApiClient;
import generated.ApiException;
import generated.api.DatasetsApi;
import generated.api.ModelsApi;
import generated.api.OpenInferenceProtocolApi;
import generated.api.TrainingsApi;
import generated.model.Datatype;
import generated.model.InferInput;
import generated.model.InferOutput;
import generated.model.InferRequest;
import generated.model.InferResponse;
import generated.model.Spec;
import generated.model.SpecTraining;
import generated.model.Training;
import generated.model.TrainingState;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What a user writes with the generated client: uploads, trains, asks, deletes. */
public class TrainAndInfer {
  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(arguments[0]);
    DatasetsApi datasets = new DatasetsApi(client);
    for (File file : new File(arguments[1]).listFiles()) {
      upload(URI.create(arguments[0] + "/api/v1/datasets/quarters/files/" + file.getName()), file);
    }
    say("files " + datasets.getDataset("quarters").getFiles().size());

    Spec spec =
        new Spec()
            .name("generated")
            .model(
                List.of(
                    Map.of("type", "flatten"),
                    Map.of("type", "dense", "units", 8, "activation", "relu"),
                    Map.of("type", "dense", "units", 4)))
            .training(new SpecTraining().epochs(6L).batchSize(16L));
    spec.setData(new generated.model.SpecData().dataset("quarters").scale(0.004));
    TrainingsApi trainings = new TrainingsApi(client);
    Training training = trainings.submitTraining(spec, null);
    while (training.getFinished() == null) {
      Thread.sleep(50);
      training = trainings.getTraining(training.getId());
    }
    say("state " + training.getState());
    if (training.getState() != TrainingState.SUCCEEDED) {
      throw new AssertionError(training.getFailure());
    }
    say("epochs " + training.getHistory().size());
    say("accuracy " + (training.getTest().getAdditionalProperty("accuracy") > 0.5));
    ModelsApi models = new ModelsApi(client);
    say("labels " + models.getModel("generated").getVersions().getFirst().getLabels());

    InferInput input =
        new InferInput()
            .name("image")
            .shape(List.of(1L, 6L, 6L))
            .datatype(Datatype.UINT8)
            .data(Collections.nCopies(36, 255));
    InferResponse answer =
        new OpenInferenceProtocolApi(client)
            .modelInfer("generated", new InferRequest().inputs(List.of(input)));
    InferOutput output = answer.getOutputs().getFirst();
    say("output " + output.getName() + " " + output.getDatatype() + " " + output.getShape());

    try {
      trainings.submitTraining(spec.name("Bad Name"), null);
    } catch (ApiException refused) {
      say("refused " + refused.getCode() + " " + refused.getResponseBody().contains("/name"));
    }
    models.deleteModel("generated");
    say("models " + models.listModels(null, null).getItems().size());
  }

  /** The generator writes the name of a file, as JSON, where its content belongs. */
  private static void upload(URI uri, File file) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri).PUT(ofFile(file.toPath())).build();
    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
