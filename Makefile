# The two commands: `make train` and `make test`. Each makes its own virtual environment in .venv if there is none.

PYTHON ?= python3
SEED ?= 0
BIN = .venv/bin
ENV_ID = gym_gridworld/GridWorld-v0
LOGS = logs
AGENT = agents/dqn/gym_gridworld-GoalGridWorld-v0_1
INSTALL = $(PYTHON) -m venv .venv && $(BIN)/python -m pip install -c constraints.txt -e

.PHONY: train test lint types pytest bench gif clean

train: .venv/train
	$(BIN)/python -m rl_zoo3.train --algo dqn --env $(ENV_ID) --gym-packages gym_gridworld \
		--conf-file hyperparams/dqn.yml -P --tensorboard-log $(LOGS)/tensorboard -f $(LOGS) --seed $(SEED) \
		--num-threads 1 --log-interval 500 --eval-freq 10000 --eval-episodes 20
	@$(BIN)/python -m gym_gridworld optimality "$$(ls -td $(LOGS)/dqn/$(subst /,-,$(ENV_ID))_* | head -n 1)"

test: lint types pytest

lint: .venv/test
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/test
	$(BIN)/mypy

pytest: .venv/test
	$(BIN)/python -m pytest -n 2 --cov

bench: .venv/bench
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/native.py
	$(BIN)/python benchmarks/parity.py
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/main_job.py
	$(BIN)/python benchmarks/inputs.py
	$(BIN)/python benchmarks/agents.py
	$(BIN)/python benchmarks/goals.py
	$(BIN)/python benchmarks/gif.py $(AGENT) --output benchmarks/results/goal_agent.gif --pixels 384
	$(BIN)/python -m gym_gridworld plot failures $(AGENT) --output benchmarks/results/failures.png
	$(BIN)/python benchmarks/learning.py
	$(BIN)/python benchmarks/gallery.py
	$(BIN)/python benchmarks/growth.py
	$(BIN)/python benchmarks/planning.py
	$(BIN)/python benchmarks/pictures.py

gif: .venv/bench
	$(BIN)/python benchmarks/gif.py "$$(ls -td $(LOGS)/dqn/$(subst /,-,$(ENV_ID))_* | head -n 1)"

clean:
	rm -rf .venv .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Tests and benchmarks need different releases of protobuf: each installs its own anew.

.venv/train: pyproject.toml constraints.txt
	$(INSTALL) '.[train]'
	@touch $@

.venv/test: pyproject.toml constraints.txt
	$(INSTALL) '.[train,test,unity]'
	@touch $@ .venv/train
	@rm -f .venv/bench

.venv/bench: pyproject.toml constraints.txt
	$(INSTALL) '.[bench]'
	@touch $@ .venv/train
	@rm -f .venv/test
