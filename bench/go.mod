module unhang-bench

go 1.26.0

require (
	github.com/maruel/panicparse/v2 v2.5.0
	golang.org/x/exp v0.0.0-20261014143641-f0251eb4aa3e
)
