// Command restored writes the template for a table that was restored:
//
//	restored [-template template.yaml] [-to restored.yaml]
//
// A point-in-time restore makes a table of its own, which no stack has made and
// which CloudFormation would not take in place of another. In the template that
// this command writes the table is no resource: everything else speaks of it by
// the parameters TableName and TableStream. Deployed in place of the usual one it
// puts the restored table in service at once, and leaves the lost one, which the
// template retains, to nobody.
//
// It edits text and nothing else: it knows neither AWS nor what is restored.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
)

func main() {
	from := flag.String("template", "template.yaml", "the usual template")
	to := flag.String("to", "restored.yaml", "where to write; beside the usual one, since paths stand in it")
	flag.Parse()
	text, err := os.ReadFile(*from)
	if err == nil {
		var out string
		if out, err = restored(string(text)); err == nil {
			err = os.WriteFile(*to, []byte(out), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "restored:", err)
		os.Exit(1)
	}
	fmt.Printf("restored: wrote %s; deploy it with TableName and TableStream of the restored table\n", *to)
}

// arn is the table's, whichever is in service.
const arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"

// stream is the parameter of the restored table's stream, whose name only the
// service knows.
const stream = `  TableStream:
    Type: String
    Description: ARN of the restored table's stream, by which functions are woken (dynamodb describe-table, LatestStreamArn).
`

var (
	// theTable is the resource, with the comments before the next one.
	theTable = regexp.MustCompile(`(?m)^  Table:\n(    .*\n|\n)+`)
	// parameters is where they begin.
	parameters = regexp.MustCompile(`(?m)^Parameters:\n`)
	name       = regexp.MustCompile(`!Ref Table\b`)
	// left finds what still speaks of the resource.
	left = regexp.MustCompile(`!GetAtt Table\b|!Ref Table\b|\$\{Table[.}]|(?m)^  Table:$`)
)

// restored is a template without its table.
func restored(template string) (string, error) {
	if len(theTable.FindAllString(template, -1)) != 1 || !strings.Contains(theTable.FindString(template), "DeletionPolicy: Retain") {
		return "", errors.New("the template has no table that it retains")
	}
	out := theTable.ReplaceAllString(template, "")
	out = parameters.ReplaceAllStringFunc(out, func(s string) string { return s + stream })
	out = strings.NewReplacer(
		"!GetAtt Table.Arn", `!Sub "`+arn+`"`,
		"!GetAtt Table.StreamArn", "!Ref TableStream",
		"${Table.Arn}", arn,
		"${Table}", "${TableName}",
	).Replace(out)
	out = name.ReplaceAllString(out, "!Ref TableName")
	if word := left.FindString(out); word != "" {
		return "", fmt.Errorf("the template still says %q", strings.TrimSpace(word))
	}
	return out, nil
}
