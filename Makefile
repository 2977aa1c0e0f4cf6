# Customer Center. `make help` lists what can be done here.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check build web fonts golden letters invoke import conformance prove bench supply deploy logs need-go need-node clean

FUNCTIONS := $(notdir $(patsubst %/,%,$(wildcard functions/*/)))
GOFLAGS_FN := -tags lambda.norpc -trimpath -buildvcs=false -ldflags='-s -w'
ARCH ?= arm64
URL ?= http://localhost:8080
PACKAGES ?= ./...
# Packages tested at once: some wait more than they work, so one more than there are processors.
AT_ONCE ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: need-go need-node ## the whole system on this machine; ARGS="-port 0 -demo=false …"
	@go run ./infra/local $(ARGS)

test: need-go need-node web fonts ## every test, with the race detector
	@echo "test: go vet"
	@go vet ./...
	@echo "test: running all packages with the race detector (a few minutes)"
	@go test -race -shuffle=on -count=1 -vet=off -p $(AT_ONCE) -timeout 10m $(PACKAGES) # vet has just run, and whole
	@if command -v cfn-lint >/dev/null; then echo "test: cfn-lint"; cfn-lint template.yaml; else echo "test: skipped cfn-lint (not installed)"; fi

check: need-go web fonts ## the quick half of the tests: house, rules, formats
	@gofmt -l $$(git ls-files '*.go') | (! grep .) || (echo "check: run gofmt -w on these files"; exit 1)
	@go vet ./...
	@go test . ./shared/...

build: need-go need-node web fonts $(FUNCTIONS:%=.build/%/bootstrap) ## every function as it is deployed (ARCH=arm64)

.build/%/bootstrap: FORCE
	@echo "build: $*"
	@CGO_ENABLED=0 GOOS=linux GOARCH=$(ARCH) go build $(GOFLAGS_FN) -o $@ ./functions/$*
.PHONY: FORCE
FORCE:

WEB := functions/serve-portal/web
web: need-node ## the portal's pages
	@if [ ! -d $(WEB)/node_modules ] || [ $(WEB)/package-lock.json -nt $(WEB)/node_modules/.package-lock.json ]; then \
	  echo "web: installing packages"; cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error; fi
	@cd $(WEB) && node build.mjs

FONTS := shared/document/fonts
fonts: need-node ## the fonts of printed papers
	@if [ ! -d $(FONTS)/node_modules ] || [ $(FONTS)/package-lock.json -nt $(FONTS)/node_modules/.package-lock.json ]; then \
	  echo "fonts: installing packages"; cd $(FONTS) && npm ci --no-audit --no-fund --loglevel=error; fi
	@if [ ! -f $(FONTS)/files/sans-regular.ttf ] || [ $(FONTS)/build.mjs -nt $(FONTS)/files/sans-regular.ttf ] \
	  || [ $(FONTS)/package-lock.json -nt $(FONTS)/files/sans-regular.ttf ]; then echo "fonts: cutting"; cd $(FONTS) && node build.mjs; fi

golden: need-go fonts ## write the golden files anew; look at the difference before you commit it
	@go test $(shell go list -f '{{if .TestGoFiles}}{{.ImportPath}}{{end}}' ./functions/... ./shared/mail/... 2>/dev/null) ./shared/document/paper ./shared/document/ubl -run Golden -update

letters: need-go ## every letter in both languages, with pictures, for review; ONLY=payment-receipt
	@go run ./infra/letters $(if $(ONLY),-only $(ONLY)) $(ARGS)

invoke: need-go ## one function with its sample event: make invoke FN=list-invoices
	@test -n "$(FN)" || { echo "invoke: say which function: make invoke FN=list-invoices"; exit 2; }
	@go run ./infra/local -invoke $(FN) $(ARGS)

import: need-go ## files into a running system: make import FILES="a.xml b.csv" [MAPPING=m.json] [DRY_RUN=1] [URL=…]
	@test -n "$(FILES)" || { echo "import: say which files: make import FILES=\"a.xml b.xml\""; exit 2; }
	@go run ./infra/operator import -url $(URL) $(if $(MAPPING),-mapping $(MAPPING)) $(if $(DRY_RUN),-dry-run) $(ARGS) $(FILES)

verify-audit: need-go ## recompute the audit chains of a center on this machine, or with AWS credentials of a deployed one; ARGS="-account KEY"
	@go run ./infra/audit $(ARGS)

erase-audit: need-go ## take a person out of the audit logs, which verify as before: EMAIL=… BY=… REASON="…" [ARGS="-table NAME"]
	@test -n "$(EMAIL)" -a -n "$(BY)" -a -n "$(REASON)" || { echo "erase-audit: say EMAIL=, BY= and REASON="; exit 2; }
	@go run ./infra/audit -erase "$(EMAIL)" -by "$(BY)" -reason "$(REASON)" $(ARGS)

conformance: need-go ## the DynamoDB contract suite; DDB=http://… aims it at any endpoint
	@test -n "$(DDB)" || go test -count=1 ./infra/local/dynamo ./infra/local/dynamo/internal/...
	@cd infra/local/dynamo/conformance && go test -count=1 $(ARGS)

prove: need-go ## the long proofs, written to docs/proofs.md (an hour); MODE=pay for one
	@go run ./infra/prove $(if $(MODE),-mode $(MODE)) $(ARGS)

bench: need-go need-node web fonts ## measure, as ratios in one run; MODE=list … for one, SIZE=1m for a million invoices
	@go run ./infra/bench $(if $(MODE),-mode $(MODE)) $(if $(SIZE),-size $(SIZE)) $(ARGS)

supply: need-go need-node ## parts, licences, bills of materials and known weaknesses; ARGS="-vulndb file:///…"
	@go run ./infra/supply $(ARGS)

deploy: build ## to AWS with sam; asks for the parameters the first time
	@command -v sam >/dev/null || { echo "deploy: the AWS SAM command (sam) is missing; see docs/operations.md"; exit 1; }
	sam deploy --template-file template.yaml --guided

restored: need-go ## the template for a table that was restored, restored.yaml; see "Restore" in docs/operations.md
	@go run ./infra/restored $(ARGS)

logs: ## follow the deployed functions: make logs [FN=list-invoices] [STACK=customer-center]
	@command -v aws >/dev/null || { echo "logs: the AWS command (aws) is missing; see docs/operations.md"; exit 1; }
	aws logs tail "$$(aws cloudformation describe-stacks --stack-name $(or $(STACK),customer-center) --query "Stacks[0].Outputs[?OutputKey=='LogGroup'].OutputValue" --output text)" --follow $(if $(FN),--filter-pattern '{ $$.function = "$(FN)" }')

clean: ## remove what was built; data under .local stays
	rm -rf .build functions/serve-portal/dist/assets functions/serve-portal/dist/index.html* $(FONTS)/files/*

need-go:
	@command -v go >/dev/null || { echo "Go 1.26 or newer is missing: install it from https://go.dev/dl/ and try again."; exit 1; }
	@go version | awk '{split(substr($$3,3),v,"."); if (v[1]<1 || v[1]==1 && v[2]<21) {print "Go " substr($$3,3) " is too old: install 1.26 or newer from https://go.dev/dl/."; exit 1}}'
need-node:
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js 20 or newer (with npm) is missing: install it from https://nodejs.org/ and try again."; exit 1; }
	@node -e 'if (+process.versions.node.split(".")[0] < 20) { console.log("Node.js " + process.versions.node + " is too old: install 20 or newer from https://nodejs.org/."); process.exit(1) }'
