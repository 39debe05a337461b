use std::fmt;

#[derive(Debug)]
pub enum ToolError {
    ToolNotFound(String),
    MissingParameter(String),
    ExecutionError(String),
    SerializationError(String),
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ToolError::ToolNotFound(text) => write!(f, "Tool not found: {text}"),
            ToolError::MissingParameter(text) => write!(f, "Missing parameter: {text}"),
            ToolError::ExecutionError(text) => write!(f, "Execution error: {text}"),
            ToolError::SerializationError(text) => write!(f, "Serialization error: {text}"),
        }
    }
}

impl std::error::Error for ToolError {}
