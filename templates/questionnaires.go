package templates

import (
	"embed"
	"io/fs"
)

//go:embed questionnaire/*.yaml
var questionnaireFiles embed.FS

// Questionnaires are the examples that ship: monthly.yaml, urgent-storm.yaml
// and urgent-prices.yaml, as they are authored.
func Questionnaires() fs.FS {
	files, err := fs.Sub(questionnaireFiles, "questionnaire")
	if err != nil {
		panic("templates: " + err.Error()) // embedded: only a broken build lacks it
	}
	return files
}
