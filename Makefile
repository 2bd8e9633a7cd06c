# Flowrill: make run is all it takes to see it work.
BIN     := bin/flowrill
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X github.com/flowrill/flowrill/cmd.version=$(VERSION)
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
PACKAGES := ./...

EDITOR  := web/editor
SOURCES := $(shell find $(EDITOR)/src $(EDITOR)/scripts $(EDITOR)/public -type f 2>/dev/null) $(addprefix $(EDITOR)/,index.html package.json package-lock.json tsconfig.json vite.config.ts)

.PHONY: run build editor editor-test e2e test check bench fuzz soak release lint docs sdk clean

run: build ## build everything and serve a copy of the auto-reply example
	@mkdir -p .run && cp -n examples/auto-reply/flow.json .run/flows.json || true
	@exec $(BIN) serve .run/flows.json --data .run/data

build: editor ## bin/flowrill, with the editor in it
	CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)" -o $(BIN) ./cmd/flowrill

editor: $(EDITOR)/dist/index.html ## the editor's files, if its sources changed

$(EDITOR)/dist/index.html: $(SOURCES) $(EDITOR)/node_modules/.package-lock.json
	npm run build --prefix $(EDITOR)

$(EDITOR)/node_modules/.package-lock.json: $(EDITOR)/package-lock.json
	npm install --no-save --no-audit --no-fund --prefix $(EDITOR) # not ci: npm 11 leaves other platforms out of the lock file
	@touch $@

editor-test: $(EDITOR)/node_modules/.package-lock.json ## the editor's format, lint, types and unit tests
	npm run lint --prefix $(EDITOR)
	npm test --prefix $(EDITOR)

check: lint editor-test ## format, vet, lint, unit tests, examples: about a minute
	go test $(PACKAGES)

lint:
	@bad=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); test -z "$$bad" || { echo "gofmt: $$bad"; exit 1; }
	go vet $(PACKAGES)
	$(STATICCHECK) $(PACKAGES)

test: lint sdk build editor-test ## everything CI runs
	go test -race -timeout 15m $(PACKAGES)
	@$(MAKE) --no-print-directory e2e

CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
e2e: build ## the editor in a real browser, against the real binary
	@if [ -z "$(CHROMIUM)" ]; then echo "NOT RUN: the end-to-end tests need Chromium (Debian: apt-get install chromium)"; \
	else CHROMIUM="$(CHROMIUM)" npm run e2e --prefix $(EDITOR); fi

docs: ## docs/nodes.md, from the code
	go run ./cmd/flowrill nodes --markdown > docs/nodes.md

sdk: ## the provider's official SDK, for the tests that talk to the simulator with it
	npm ci --no-audit --no-fund --prefix nodes/messaging/simulator/testdata/sdk

bench: ## Go benchmarks
	go test -run '^$$' -bench . -benchmem $(PACKAGES)

FUZZTIME ?= 30s
fuzz: ## every fuzz target for FUZZTIME
	@grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r d; do \
		for f in $$(grep -hoE '^func Fuzz\w+' $$d/*_test.go | cut -d' ' -f2); do \
			echo "$$d $$f"; go test $$d -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) || exit 1; done; done

soak: ## the race tests, many times over
	go test -race -count 20 ./engine/... ./web/...

release: editor ## stripped binaries for the usual machines, in dist/
	@for t in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do \
		o=dist/flowrill-$(VERSION)-$${t%/*}-$${t#*/}; [ $${t%/*} = windows ] && o=$$o.exe; \
		echo $$o; CGO_ENABLED=0 GOOS=$${t%/*} GOARCH=$${t#*/} go build -trimpath -ldflags "$(LDFLAGS)" -o $$o ./cmd/flowrill || exit 1; done

clean:
	rm -rf bin dist .run $(EDITOR)/dist/assets $(EDITOR)/dist/index.html
