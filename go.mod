module github.com/flowrill/flowrill

go 1.26

ignore ./web/editor/node_modules
