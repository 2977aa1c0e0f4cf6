// Command serve-portal serves the web portal from files inside the program. It
// reaches nothing: no table, no session, no secret.
package main

import (
	"embed"
	"io/fs"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/httpapi"
	"customercenter/shared/settings"
)

// dist is what web/build.mjs makes; in a fresh clone it is empty.
//
//go:embed all:dist
var dist embed.FS

func main() {
	env := settings.Must(os.Getenv, time.Now)
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err)
	}
	h := handler{files: collect(files)}
	lambda.Start(h.routes(httpapi.Door{Origin: env.BaseURL, Now: env.Now}).Serve)
}
