"""Uses the service by gRPC's own client for Python, on which those of Triton and KServe are built, and stubs that it
generates: grpc_client.py ADDRESS PROTO. The model 'leaves' takes two numbers and tells oaks from elms."""

import json
import pathlib
import struct
import sys

address, proto = sys.argv[1:]
sys.path.append(str(pathlib.Path(proto).parent))

import grpc  # noqa: E402

p, services = grpc.protos_and_services(pathlib.Path(proto).name)
VALUES = [2.02, 1.27, 5.42, 0.75]


def request(**more):
    tensor = p.ModelInferRequest.InferInputTensor(name="features", datatype="FP32", shape=[2, 2])
    return p.ModelInferRequest(model_name="leaves", inputs=[tensor], **more)


def refused(stub, asked, code, text):
    try:
        stub.ModelInfer(asked)
    except grpc.RpcError as error:
        assert error.code() == code and text in error.details(), error
    else:
        raise AssertionError(f"expected {code}")


with grpc.insecure_channel(address) as channel:
    stub = services.GRPCInferenceServiceStub(channel)
    assert stub.ServerLive(p.ServerLiveRequest()).live
    assert stub.ServerReady(p.ServerReadyRequest()).ready
    assert stub.ServerMetadata(p.ServerMetadataRequest()).name == "fathom"
    assert stub.ModelReady(p.ModelReadyRequest(name="leaves")).ready
    assert list(stub.ModelMetadata(p.ModelMetadataRequest(name="leaves")).inputs[0].shape) == [-1, 2]

    raw = stub.ModelInfer(request(id="7", raw_input_contents=[struct.pack("<4f", *VALUES)]))
    assert raw.id == "7" and list(raw.outputs[0].shape) == [2, 2]
    assert json.loads(raw.outputs[0].parameters["labels"].string_param) == ["elm", "oak"]
    probabilities = struct.unpack("<4f", raw.raw_output_contents[0])
    assert probabilities[1] > 0.9 and probabilities[2] > 0.9, probabilities

    typed = request()
    typed.inputs[0].contents.fp32_contents.extend(VALUES)
    assert tuple(stub.ModelInfer(typed).outputs[0].contents.fp32_contents) == probabilities
    typed.outputs.add(name="probabilities").parameters["classification"].int64_param = 1
    assert stub.ModelInfer(typed).outputs[0].contents.bytes_contents[0].endswith(b":1:oak")

    refused(stub, p.ModelInferRequest(model_name="none"), grpc.StatusCode.NOT_FOUND, "no model 'none'")
    refused(stub, request(raw_input_contents=[b"1234567"]), grpc.StatusCode.INVALID_ARGUMENT, "expected 16 bytes")

print("grpcio is content")
