package dev.fathom.service.rest;

import dev.fathom.service.jobs.Datasets;
import dev.fathom.service.jobs.Jobs;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/datasets}. */
@Path("/api/v1/datasets")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Datasets")
public final class DatasetsResource {

  @Inject Datasets datasets;
  @Inject Jobs jobs;

  @GET
  @Operation(
      operationId = "listDatasets",
      summary = "Lists the datasets: the uploaded ones and the samples")
  public Page<Datasets.Dataset> list(@BeanParam Page.Request page) throws Exception {
    return Page.of(datasets.names(), page, datasets::listed);
  }

  @GET
  @Path("{name}")
  @Operation(operationId = "getDataset", summary = "Tells a dataset's files")
  public Datasets.Dataset get(@PathParam("name") @Parameter(example = "mnist") String name)
      throws IOException {
    return datasets.get(name);
  }

  @PUT
  @Path("{name}/files/{file}")
  @RunOnVirtualThread // It takes as long as the client wants.
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "uploadDatasetFile",
      summary = "Uploads one file of a dataset; a file of that name is replaced",
      description =
          """
          The body is the file as it is and is streamed to disk. A dataset is complete with two
          IDX files, plain or `.gz`, named as those of MNIST: `train-images-idx3-ubyte` and
          `train-labels-idx1-ubyte`; `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte` are the
          examples that a trained model is measured on. CSV files have any names, which the
          spec gives: `{"dataset": "iris", "format": "csv", "train": "train.csv", "target":
          "species"}`. A training reads and checks them.

              curl -T train-images-idx3-ubyte.gz \\
                http://localhost:8080/api/v1/datasets/digits/files/train-images-idx3-ubyte.gz
          """)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Datasets.Dataset put(
      @PathParam("name") @Parameter(example = "digits") String name,
      @PathParam("file") @Parameter(example = "train-images-idx3-ubyte.gz") String file,
      InputStream content)
      throws IOException {
    return jobs.put(name, file, content);
  }

  @DELETE
  @Path("{name}")
  @Produces(MediaType.WILDCARD) // Nothing, so whatever a client wants.
  @Operation(
      operationId = "deleteDataset",
      summary = "Deletes an uploaded dataset",
      description = "Refused (409) for a sample, and while a training that has not ended uses it.")
  public void delete(@PathParam("name") @Parameter(example = "digits") String name)
      throws IOException {
    jobs.changeUnused(name, () -> datasets.delete(name));
  }

  @DELETE
  @Path("{name}/files/{file}")
  @Produces(MediaType.WILDCARD) // Nothing, so whatever a client wants.
  @Operation(
      operationId = "deleteDatasetFile",
      summary = "Deletes a file of an uploaded dataset; with the last one goes the dataset",
      description = "Refused (409) for a sample, and while a training that has not ended uses it.")
  public void delete(
      @PathParam("name") @Parameter(example = "digits") String name,
      @PathParam("file") @Parameter(example = "train-images-idx3-ubyte.gz") String file)
      throws IOException {
    jobs.changeUnused(name, () -> datasets.delete(name, file));
  }
}
