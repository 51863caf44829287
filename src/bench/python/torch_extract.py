"""Embeddings with PyTorch as its users write it: eager, a DataLoader, torchvision's transforms, an array on disk.

Used by scripts/bench extract. Weights are random: they do not change how long a forward pass takes.
"""
import argparse
import time

import numpy
import torch
import torchvision
from torchvision import transforms


def network(name):
    if name == "resnet50":
        model = torchvision.models.resnet50(weights=None)
        model.fc = torch.nn.Identity()
    else:
        model = torchvision.models.vgg16(weights=None)
        # Up to the relu of the second dense layer: fc2.
        model.classifier = model.classifier[:5]
    return model.eval()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pictures", help="folder of class folders")
    parser.add_argument("model", choices=["resnet50", "vgg16"])
    parser.add_argument("batch", type=int)
    parser.add_argument("threads", type=int)
    parser.add_argument("output", help="array to write")
    parser.add_argument("figures", help="file for pictures and seconds")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = network(arguments.model)
    dataset = torchvision.datasets.ImageFolder(arguments.pictures, transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]))
    loader = torch.utils.data.DataLoader(dataset, batch_size=arguments.batch, num_workers=arguments.threads)
    with torch.inference_mode():
        model(torch.randn(arguments.batch, 3, 224, 224))
        start = time.perf_counter()
        embeddings = numpy.concatenate([model(batch).numpy() for batch, _ in loader])
        numpy.save(arguments.output, embeddings)
        seconds = time.perf_counter() - start
    with open(arguments.figures, "w") as file:
        file.write(f"{len(embeddings)} {seconds}\n")


main()
