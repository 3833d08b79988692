# `make run`, `make check` and `make test` are all that a newcomer types; each sets up what it needs.
# T: the path that `make test` is to run alone, such as tests/unit/test_menu_layout.py, with arguments for pytest if need be.
# PYTHON: the interpreter (3.11 or newer) that the virtual environment is made from.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
# Four workers on two cores, too: the tests wait more than they compute. Each takes half a gigabyte.
PYTEST := $(BIN)/python -m pytest --numprocesses 4
# Of the program, in percent: what the unit tests run of it at least. All tests: `make coverage`.
UNIT_COVERAGE := 60
# Those that wait longest first, so that no worker waits for another at the end.
OTHER_TESTS := tests/desktop tests/faults tests/contract tests/input tests/repository tests/windows
BENCH_INSTALLED := .venv-bench/.installed
AUDIT_INSTALLED := .venv-audit/.installed
RELEASE_INSTALLED := .venv-release/.installed
PACKAGE_INSTALLED := .venv-package/.installed
# What `make package` makes, each by a target of its own.
PACKAGES := package-python deb

.PHONY: run check system-packages wine-rig test coverage audit texts policies test-botocore test-desktops test-faults test-windows lint format icons icon-sheet pictures frozen deb package package-python package-windows test-packages macos recording release-check lock service-model clean bench bench-windows bench-plot

run: $(INSTALLED)
	packaging/linux/run-demo.sh

# Before each commit: needs no packages of the system's.
check: lint
	$(PYTEST) tests/unit

# Everything that the commands below install each for itself: for those who mean to run them all.
system-packages:
	packaging/linux/debian-packages.sh
	packaging/linux/desktop-packages.sh
	packaging/windows/debian-packages.sh

wine-rig: $(INSTALLED)
	packaging/windows/debian-packages.sh
	packaging/windows/wine-rig.sh

test: $(INSTALLED)
ifdef T
	packaging/test-path.sh $(T)
else
	packaging/linux/debian-packages.sh
	$(MAKE) lint
	$(PYTEST) tests/unit --cov --cov-report=term:skip-covered --cov-fail-under=$(UNIT_COVERAGE)
	$(PYTEST) $(OTHER_TESTS) || packaging/once-more.sh $$? $(OTHER_TESTS)
endif

# What all tests together run of the program, which takes half as long again as running them.
coverage: $(INSTALLED)
	packaging/linux/debian-packages.sh
	$(PYTEST) --cov --cov-report=term

# The tray in GNOME, KDE Plasma, MATE, LXQt and Cinnamon, each on a screen of its own: Debian and Ubuntu. Installs them
# (packaging/linux/desktop-packages.sh says how much that is).
test-desktops: $(INSTALLED)
	packaging/linux/debian-packages.sh
	packaging/linux/desktop-packages.sh
	packaging/linux/test-desktops.sh

# A run with planted secrets, which have to be nowhere but in their places; and the program while one thing after the
# other is taken from it, in namespaces of its own: Linux. With WRITE=1, it writes the table in SECURITY.md. FAULT: that one alone. SEED: that of the run to have again. LONG=1: 100 times each, not 30.
test-faults: $(INSTALLED)
	packaging/linux/debian-packages.sh
	$(BIN)/python -m tests.leaks
	$(BIN)/python -m tests.injections $(if $(SEED),--seed $(SEED)) $(if $(LONG),--long) $(if $(FAULT),--fault $(FAULT)) \
		$(if $(TIMES),--times $(TIMES)) $(if $(LANES),--lanes $(LANES)) $(if $(WRITE),--write)

# The suite in a real Windows Python under Wine, and the tray on Wine's desktop: Debian and Ubuntu.
test-windows: $(INSTALLED)
	packaging/windows/test.sh

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	packaging/types.sh
	$(BIN)/lint-imports

format: $(INSTALLED)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# What is written from the sentences and committed: the template for translators (see "A new language" in
# CONTRIBUTING.md), and docs/problems.md.
texts: $(INSTALLED)
	$(BIN)/python packaging/extract-texts.py
	$(BIN)/python packaging/problems-page.py

# What administrators get of the table of policies, docs/policy and the table in docs/policy.md, which is committed.
policies: $(INSTALLED)
	$(BIN)/python packaging/policy-templates.py

# Renders assets/notebook-tray.svg to assets/icons and assets/application, which are committed.
icons: $(INSTALLED)
	$(BIN)/python -m assets.render

# Takes README's pictures of the menu anew, in a virtual desktop and in GNOME: Debian and Ubuntu.
pictures: $(INSTALLED)
	packaging/linux/debian-packages.sh
	packaging/linux/desktop-packages.sh
	$(BIN)/python -m tests.pictures

# Films the way from the click to JupyterLab in a virtual desktop, for README: Debian and Ubuntu.
recording: $(INSTALLED)
	packaging/linux/debian-packages.sh
	packaging/linux/apt-install.sh ffmpeg
	$(BIN)/python -m tests.pictures.recording

# The icons as each system shows them, small and magnified, to look at.
icon-sheet: $(INSTALLED)
	$(BIN)/python -m assets.sheet build/icon-sheet.png

# The program with Python and all that it needs in one folder, dist/notebook-tray; deb: that as a Debian package, in dist.
frozen: $(INSTALLED)
	packaging/linux/build-frozen.sh

deb: frozen
	rm -f dist/notebook-tray_*.deb
	packaging/linux/build-deb.sh dist/notebook-tray dist

# Notebook Tray.app and a disk image of it, in dist: on a Mac. CODESIGN_IDENTITY and NOTARY_KEY sign and notarise it.
macos: $(INSTALLED)
	packaging/macos/build.sh

# What a release is made of, before its tag is pushed: docs/releasing.md. Debian and Ubuntu.
release-check: $(INSTALLED) $(RELEASE_INSTALLED)
	packaging/release/check.sh

# The wheel and the sdist, in dist.
package-python: $(INSTALLED) $(PACKAGE_INSTALLED)
	packaging/build-python.sh

# All that can be built on this system, in dist, with checksums. The same commit makes the same files.
package: $(PACKAGES)
	packaging/checksums.sh

# Installs, runs, upgrades and removes each of them, and prints a table: Debian and Ubuntu, as root. The Debian package and a
# newcomer's walk are tried in a Debian of their own without a network, which is made once, in build/ (1.6 GB).
test-packages: package
	packaging/linux/debian-packages.sh
	packaging/linux/package-tools.sh
	$(BIN)/python -m tests.packages

# The installer and the MSI for Windows, in dist, made under Wine: Debian and Ubuntu.
package-windows: $(INSTALLED)
	packaging/windows/build-installer.sh
	packaging/windows/build-msi.sh

# What ships, its licenses and known vulnerabilities: packaging/audit/audit.py. `make frozen audit` looks at the frozen
# build too.
audit: $(INSTALLED) $(AUDIT_INSTALLED)
	$(BIN)/python packaging/audit/audit.py

lock: $(INSTALLED)
	packaging/lock.sh --upgrade

# Cuts botocore's data to what the program calls, into tray/aws/data, which is committed: after `make lock`.
service-model: $(INSTALLED)
	$(BIN)/python packaging/service_model.py

# What depends on botocore, against the oldest and the newest release that pyproject.toml allows.
test-botocore: $(INSTALLED)
	packaging/test-botocore.sh

# Measures what the tray costs, beside the AWS CLI and boto3 as in its documentation. Takes half an hour; `make bench
# BENCH=--quick` takes some minutes.
bench: $(INSTALLED) $(BENCH_INSTALLED)
	packaging/linux/debian-packages.sh
	packaging/linux/bench-packages.sh
	$(BIN)/python -m tests.benchmarks --json build/benchmarks.json $(BENCH)

# The rows that Windows has too, in a real Windows Python under Wine: Debian and Ubuntu.
bench-windows: $(INSTALLED)
	packaging/windows/bench.sh --quick

# Draws memory and time against the number of profiles.
bench-plot: $(INSTALLED) $(BENCH_INSTALLED)
	packaging/linux/debian-packages.sh
	$(BIN)/python -m tests.benchmarks.growth_chart build/benchmarks-growth.json
	.venv-bench/bin/python -m tests.benchmarks.draw build/benchmarks-growth.json assets/benchmarks.png

clean:
	rm -rf .flatpak-builder .venv .venv-audit .venv-bench .venv-botocore .venv-package .venv-release build dist .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(INSTALLED): packaging/requirements-dev.txt packaging/requirements-installed.txt packaging/requirements-login.txt \
		packaging/requirements-axe.txt pyproject.toml packaging/make-venv.sh
	PYTHON="$(PYTHON)" packaging/make-venv.sh
	touch $@

$(BENCH_INSTALLED) $(AUDIT_INSTALLED) $(PACKAGE_INSTALLED) $(RELEASE_INSTALLED): .venv-%/.installed: packaging/requirements-%.txt packaging/make-venv-tools.sh
	PYTHON="$(PYTHON)" packaging/make-venv-tools.sh $*
	touch $@
