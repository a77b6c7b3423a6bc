"""A player that speaks ML-Agents' protocol as a Unity build does, over GoalGridWorld: ``unity_build`` launches it.

The other side of ``mlagents_envs.environment.UnityEnvironment``, as ``com.unity.ml-agents`` has it in C#: it connects
to the port that it is given, introduces itself, and from then on each message brings what the agents see, and takes the
answer: a reset, or the actions of those that asked for one. An agent has another number in each episode, and the
message that says how an episode ended also holds the beginning of the next. It can be told to misbehave.
"""

import argparse
import io
import itertools
import os
import signal
import struct
import time
import uuid
import warnings
from pathlib import Path

os.environ["GRPC_VERBOSITY"] = "NONE"  # which would tell of every end of a connection

import grpc
import numpy as np
from PIL import Image

from gym_gridworld import GoalGridWorldEnv
from gym_gridworld.goal_env import SIGNALS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from mlagents_envs.communicator_objects.agent_info_pb2 import AgentInfoProto
    from mlagents_envs.communicator_objects.brain_parameters_pb2 import BrainParametersProto
    from mlagents_envs.communicator_objects.command_pb2 import QUIT, RESET
    from mlagents_envs.communicator_objects.observation_pb2 import DEFAULT, GOAL_SIGNAL, NONE, PNG, ObservationProto
    from mlagents_envs.communicator_objects.unity_message_pb2 import UnityMessageProto
    from mlagents_envs.communicator_objects.unity_output_pb2 import UnityOutputProto
    from mlagents_envs.communicator_objects.unity_to_external_pb2_grpc import UnityToExternalProtoStub

OK, CLOSED = 200, 400
ENGINE = uuid.UUID("e951342c-4f7e-11ea-b238-784f4387d1f7")
TIME_SCALE = 2

# The scene's actions, and its moves as GoalGridWorld's: right, up, left, down.
UNITY_MOVES = {1: 1, 2: 3, 3: 2, 4: 0}
BRANCH = 5

# Before the connection is there, or at --at steps.
MISBEHAVIOURS = ("never connects", "dies at once", "dies", "hangs", "quits", "garbled", "not a number", "deserts")


class Gone(Exception):  # noqa: N818 (nothing went wrong)
    """The other side has closed."""


class Agent:
    """One agent of the scene, and its grid."""

    numbers = itertools.count()

    def __init__(self, options, seed):
        self.options, self.seed = options, seed
        self.env = GoalGridWorldEnv()

    def begin(self):
        """Start an episode, the first one with the seed."""
        self.env.reset(seed=self.seed)
        self.seed = None
        self.number = next(self.numbers)
        self.reward, self.steps = 0.0, 0

    def act(self, action):
        """Take an action of the scene; the last message of the episode if it has ended."""
        self.steps += 1
        terminated = False
        if action in UNITY_MOVES:
            _, self.reward, terminated, _, _ = self.env.step(UNITY_MOVES[action])
        else:
            self.reward = -0.01
        if not terminated and self.steps != self.options.max_step:
            return None
        last = self.info()
        last.done, last.max_step_reached = True, not terminated
        self.begin()
        return last

    def info(self):
        """What the agent sees, with its reward, and what it must not do."""
        said = AgentInfoProto(id=self.number, reward=self.reward)
        said.observations.extend(self.observations())
        if not self.options.no_mask:
            masks = self.env.action_masks()
            said.action_mask.extend([False] + [not masks[UNITY_MOVES[action]] for action in range(1, BRANCH)])
        return said

    def observations(self):
        """The camera's and the goal sensor's, and others that are asked for."""
        observed = self.env._observation()
        shape = self.options.image or observed["image"].shape
        image = observed["image"] if self.options.image is None else np.zeros(shape, np.uint8)
        # The spatial ones are good for convolutions.
        camera = ObservationProto(shape=shape, name="CameraSensor", observation_type=DEFAULT)
        camera.dimension_properties.extend([2, 2, 1])
        if self.options.uncompressed:
            camera.compression_type = NONE
            camera.float_data.data.extend((image / np.float32(255 / self.options.brightness)).ravel())
        else:
            camera.compression_type = PNG
            camera.compressed_data = png(image)
        goal = np.resize(SIGNALS[self.env.goal], self.options.goal)
        yield from [camera, vector(goal, "VectorSensor", GOAL_SIGNAL if self.options.signal else DEFAULT)]
        if self.options.more:
            yield vector(np.zeros(self.options.more), "VectorSensor2", DEFAULT)


def vector(values, name, kind):
    """An observation of numbers."""
    observed = ObservationProto(shape=[len(values)], name=name, observation_type=kind)
    observed.compression_type = NONE
    observed.dimension_properties.append(1)
    observed.float_data.data.extend(values)
    return observed


def png(image):
    """An image as the file that Unity sends."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "png", compress_level=1)
    return file.getvalue()


class Scene:
    """The agents, and what is exchanged about them."""

    def __init__(self, options, log):
        self.options, self.log = options, log
        self.steps, self.ended, self.told = 0, [], False
        channel = grpc.insecure_channel(f"localhost:{options.port}")
        # The other side listens before it launches anybody.
        grpc.channel_ready_future(channel).result(timeout=60)
        self.stub = UnityToExternalProtoStub(channel)

    def play(self):
        """Everything, from the introduction to the end."""
        output = UnityOutputProto()
        introduction = output.rl_initialization_output
        introduction.name = "GridWorld"
        introduction.package_version, introduction.communication_version = "2.2.1", self.options.version
        introduction.capabilities.baseRLCapabilities = True
        asked = self.exchange(output).rl_initialization_input
        print(f"seed {asked.seed}", file=self.log, flush=True)
        self.agents = [Agent(self.options, asked.seed + index) for index in range(self.options.agents)]
        # Only now it is told what to do first, which is a reset.
        answer = self.exchange(None)
        while True:
            self.obey(answer.rl_input)
            answer = self.exchange(self.output())

    def obey(self, told):
        """Do what the answer says."""
        self.read_side_channels(told.side_channel)
        if told.command == QUIT:
            raise Gone
        if told.command == RESET:
            print("reset", file=self.log, flush=True)
            self.ended = []
            for agent in self.agents:
                agent.begin()
            return
        actions = [action.discrete_actions[0] for values in told.agent_actions.values() for action in values.value]
        if not actions:
            self.ended = []
            return
        self.steps += 1
        if self.steps % 20 == 0:
            print(f"steps {self.steps}", file=self.log, flush=True)
        if self.steps == self.options.at:
            self.misbehave()
        lasts = [agent.act(action) for agent, action in zip(self.agents, actions, strict=False)]
        self.ended = [last for last in lasts if last is not None]

    def output(self):
        """What there is to say of all agents."""
        output = UnityOutputProto()
        # Where the next decisions come late, the ends of episodes are told alone.
        asking = [] if self.options.late and self.ended else self.agents
        names = [f"GridWorld{number or ''}?team=0" for number in range(self.options.behaviours)]
        infos = [*self.ended, *(agent.info() for agent in asking)]
        for name in names:
            output.rl_output.agentInfos[name].value.extend(infos)
        if infos and not self.told:
            self.told = True
            output.rl_initialization_output.brain_parameters.extend(map(self.parameters, names))
        if self.options.misbehave == "garbled" and self.steps >= self.options.at:
            infos = output.rl_output.agentInfos[names[0]].value
            infos[0].observations[0].compressed_data = b"no picture"
        if self.options.misbehave == "not a number" and self.steps >= self.options.at:
            output.rl_output.agentInfos[names[0]].value[0].reward = float("nan")
        return output

    def parameters(self, name):
        """The behaviour."""
        parameters = BrainParametersProto(brain_name=name, is_training=True)
        spec = parameters.action_spec
        spec.num_continuous_actions, spec.num_discrete_actions = self.options.continuous, len(self.options.branches)
        spec.discrete_branch_sizes.extend(self.options.branches)
        return parameters

    def read_side_channels(self, message):
        """Messages of channels: who it is for, how long it is, and it."""
        while message:
            channel, length = uuid.UUID(bytes_le=message[:16]), struct.unpack_from("<i", message, 16)[0]
            content, message = message[20 : 20 + length], message[20 + length :]
            if channel == ENGINE and struct.unpack_from("<i", content)[0] == TIME_SCALE:
                print(f"time_scale {struct.unpack_from('<f', content, 4)[0]:g}", file=self.log, flush=True)

    def exchange(self, output, status=OK):
        """Send what there is, and wait for the answer."""
        message = UnityMessageProto()
        message.header.status = status
        if output is not None:
            message.unity_output.CopyFrom(output)
        try:
            answer = self.stub.Exchange(message)
        except grpc.RpcError as error:
            raise Gone from error
        if answer.header.status != OK:
            raise Gone
        return answer.unity_input

    def misbehave(self):
        """What happens in mid-episode."""
        match self.options.misbehave:
            case "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hangs":
                time.sleep(3600)
            case "quits":
                # As a build does of which somebody has closed the window.
                self.exchange(None, CLOSED)
            case "deserts":
                del self.agents[-1]


def shape(text):
    """Numbers with an x between them."""
    return [int(side) for side in text.split("x")] if text else []


def main():
    """Play until the other side closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlagents-port", dest="port", type=int, required=True)
    parser.add_argument("-logFile", dest="log", type=Path, default=Path(os.devnull))
    parser.add_argument("-nographics", action="store_true")
    parser.add_argument("-batchmode", action="store_true")
    parser.add_argument("--agents", type=int, default=1)
    parser.add_argument("--max-step", type=int, default=100)
    parser.add_argument("--uncompressed", action="store_true", help="images as numbers")
    parser.add_argument("--brightness", type=float, default=1.0, help="the largest of these numbers")
    parser.add_argument("--no-mask", action="store_true")
    parser.add_argument("--late", action="store_true", help="an episode begins a message after the end of the last")
    parser.add_argument("--image", type=shape)
    parser.add_argument("--goal", type=int, default=2)
    parser.add_argument("--no-signal", dest="signal", action="store_false", help="the goal is a common vector")
    parser.add_argument("--more", type=int, default=0, help="numbers of a third observation")
    parser.add_argument("--branches", type=shape, default=[BRANCH])
    parser.add_argument("--continuous", type=int, default=0)
    parser.add_argument("--behaviours", type=int, default=1)
    parser.add_argument("--version", default="1.5.0", help="of the protocol")
    parser.add_argument("--misbehave", choices=MISBEHAVIOURS)
    parser.add_argument("--at", type=int, default=0)
    options = parser.parse_args()
    with options.log.open("w") as log:
        print(f"pid {os.getpid()}", "nographics" if options.nographics else "graphics", file=log, flush=True)
        if options.misbehave == "never connects":
            time.sleep(3600)
        if options.misbehave == "dies at once":
            raise SystemExit(3)
        try:
            Scene(options, log).play()
        except Gone:
            print("closed", file=log, flush=True)


if __name__ == "__main__":
    main()
