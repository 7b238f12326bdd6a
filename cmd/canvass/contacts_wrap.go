package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// screen is the width of a narrow terminal, in characters.
const screen = 80

// sayWrapped prints a text in lines that fit a narrow terminal, broken between
// words; the lines after the first stand in by indent.
func (a *app) sayWrapped(indent int, format string, args ...any) {
	a.say("%s", wrapped(fmt.Sprintf(format, args...), indent))
}

// wrapped breaks a text between words. Spaces before the first word stay; a word
// that is too long for a line has one of its own.
func wrapped(text string, indent int) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	line := text[:strings.Index(text, words[0])] + words[0]
	var lines []string
	for _, w := range words[1:] {
		if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > screen {
			lines = append(lines, line)
			line = strings.Repeat(" ", indent) + w
			continue
		}
		line += " " + w
	}
	return strings.Join(append(lines, line), "\n")
}
