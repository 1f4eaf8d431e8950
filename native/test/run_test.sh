# --- RUN and SUPERVISE ---
