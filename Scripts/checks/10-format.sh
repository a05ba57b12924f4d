#!/usr/bin/env bash
# The sources are formatted as .swift-format says.
set -euo pipefail
swift format lint --strict --recursive --parallel Sources Tests Package.swift
