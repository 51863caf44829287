"""Steps of a training with PyTorch as its users write it: eager, the frozen layers in eval mode under no_grad.

Used by scripts/bench train. Prints the seconds of each step on one line. The networks are those of our model zoo: the strides
of Keras' ResNet50, a VGG16 without dropout, five classes.
"""
import argparse
import time

import torch
import torchvision
from torch import nn

CLASSES = 5
SIDE = 224


def resnet50():
    """Its layers, first to last, and how many of them lie below each freeze point."""
    model = torchvision.models.resnet50(weights=None, num_classes=CLASSES)
    for stage in (model.layer2, model.layer3, model.layer4):
        # torchvision halves the picture in the 3x3 convolution, the published network in the 1x1 before it.
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    layers = [model.conv1, model.bn1, model.relu, model.maxpool]
    below = {"stem-maxpool1": len(layers)}
    for number, stage in enumerate((model.layer1, model.layer2, model.layer3, model.layer4), start=2):
        for letter, block in zip("abcdef", stage):
            layers.append(block)
            below[f"res{number}{letter}_branch"] = len(layers)
    layers += [model.avgpool, nn.Flatten()]
    below["avgpool"] = len(layers)
    return layers + [model.fc], below


def vgg16():
    """The same."""
    model = torchvision.models.vgg16(weights=None, num_classes=CLASSES)
    layers, below = [], {}
    for layer in model.features:
        layers.append(layer)
        if isinstance(layer, nn.MaxPool2d):
            below[f"block{len(below) + 1}_pool"] = len(layers)
    layers.append(nn.Flatten())
    for layer in model.classifier:
        if not isinstance(layer, nn.Dropout):
            layers.append(layer)
        if isinstance(layer, nn.ReLU):
            below["fc1" if "fc1" not in below else "fc2"] = len(layers)
    return layers, below


def step_seconds(arguments):
    layers, below = {"resnet50": resnet50, "vgg16": vgg16}[arguments.model]()
    frozen = 0 if arguments.freeze == "none" else below[arguments.freeze]
    order = torch.channels_last if arguments.layout == "channels_last" else torch.contiguous_format
    trunk = nn.Sequential(*layers[:frozen]).to(memory_format=order).eval().requires_grad_(False)
    tail = nn.Sequential(*layers[frozen:]).to(memory_format=order).train()
    optimizer = torch.optim.SGD(tail.parameters(), lr=1e-3, momentum=0.9, nesterov=True)
    pictures = torch.randn(arguments.batch, 3, SIDE, SIDE).to(memory_format=order)
    labels = torch.randint(CLASSES, (arguments.batch,))
    seconds = []
    for _ in range(arguments.warm_up + arguments.steps):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            activations = trunk(pictures)
        loss = nn.functional.cross_entropy(tail(activations), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    return seconds[arguments.warm_up:]


def product_seconds(arguments):
    a, b = torch.randn(arguments.size, arguments.size), torch.randn(arguments.size, arguments.size)
    seconds = []
    for _ in range(arguments.times):
        start = time.perf_counter()
        torch.matmul(a, b)
        seconds.append(time.perf_counter() - start)
    return seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("threads", type=int)
    commands = parser.add_subparsers(required=True)
    steps = commands.add_parser("steps")
    steps.add_argument("model", choices=["resnet50", "vgg16"])
    steps.add_argument("freeze", help="freeze point, or none")
    steps.add_argument("batch", type=int)
    steps.add_argument("layout", choices=["nchw", "channels_last"])
    steps.add_argument("warm_up", type=int, help="steps that are not counted")
    steps.add_argument("steps", type=int)
    steps.set_defaults(run=step_seconds)
    product = commands.add_parser("gemm", help="products of two square matrices")
    product.add_argument("size", type=int)
    product.add_argument("times", type=int)
    product.set_defaults(run=product_seconds)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    print(*arguments.run(arguments))


main()
