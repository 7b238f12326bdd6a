package main

import "net/http"

func (h *house) publicPages() http.Handler { return http.NotFoundHandler() }
