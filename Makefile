# Names for what scripts/launch.py does; on a machine without make, call that.
.PHONY: run test lint bench pins

run test lint bench:
	python3 scripts/launch.py $@

# After a change in a requirements*.in (needs uv).
pins:
	for list in requirements requirements-embedded requirements-dev requirements-node; do \
		uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			$$list.in -o $$list.txt || exit 1; \
	done
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--unsafe-package none requirements-pip.in -o requirements-pip.txt
