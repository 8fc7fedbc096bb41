# SPDX-License-Identifier: Apache-2.0
# A thin front for those who develop; ./run and ./test need no make.
.POSIX:
.PHONY: help build run test test-long bench lint map format clean

help:
	@echo 'make build      build/xinqiao'
	@echo 'make run        the demo office on 127.0.0.1:8080       (./run)'
	@echo 'make test       every quick suite                       (./test)'
	@echo 'make test-long  and sanitizers, clang, clang-tidy       (./test --long)'
	@echo 'make bench      measure, compare, write build/bench.json'
	@echo 'make lint       layers, words, format, licences, traceability, shell scripts'
	@echo 'make map        draw docs/map.svg from the #include lines'
	@echo 'make format     let clang-format write the C code'
	@echo 'make clean      remove what was built; data-demo stays'

build:
	@scripts/bootstrap run
	@scripts/build build

run:
	@./run

test:
	@./test

test-long:
	@./test --long

bench: build
	@scripts/bootstrap bench
	@if [ -x bench/run ]; then bench/run; else echo 'bench: there is no bench/run yet'; exit 1; fi

lint:
	@scripts/lint-words | sed -n '1,21p'
	@tests/run-lint

map:
	@scripts/lint-layers
	@scripts/lint-layers --svg docs/map.svg && echo 'docs/map.svg is drawn'

format:
	@scripts/lint-format --fix

clean:
	rm -rf build build-*
